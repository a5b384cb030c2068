using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Histories;
using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Processes;

/// <content>What the machine asks for is carried out without tasks; what is seen is judged by the real analyzer.</content>
public sealed partial class Watch
{
    private static readonly TimeSpan SilenceThatMatters = TimeSpan.FromSeconds(2);

    /// <summary>The product begins with 5 ms and goes to 100 ms; a history has no time for so many looks.</summary>
    private static readonly WatchPolicy Policy = new()
    {
        SuspectPause = TimeSpan.FromMilliseconds(20),
        SuspectPauseMost = TimeSpan.FromMilliseconds(400), ObserverPauseMost = TimeSpan.FromMilliseconds(400),
    };

    private readonly Queue<WatchEvent> heard = [];
    private bool isHearing;
    private string told = "";

    private WatchMoment Now => new(process.Wall, process.Running, process.Awake, MayAct);

    // One event after the other, as they come.
    private void Hear(WatchEvent happened)
    {
        if (run is null) return;
        heard.Enqueue(happened);
        if (isHearing) return;
        isHearing = true;
        while (run is not null && heard.TryDequeue(out var next)) Take(WatchMachine.Step(run, next, Now));
        isHearing = false;
    }

    private void Take(WatchTurn turn)
    {
        run = turn.State;
        foreach (var command in turn.Commands) CarryOut(command);
    }

    private void Hear(int watch, WatchEvent happened)
    {
        if (watch == watches) Hear(happened);
    }

    private void CarryOut(WatchCommand command)
    {
        var watch = watches;
        switch (command)
        {
            case WatchCommand.Probe look:
                process.Prober.Look(look.Key, look.Timeout, o => Hear(watch, new WatchEvent.Probed(look, o)));
                break;
            case WatchCommand.HoldSession hold:
                new HeldSession(process, hold.Key, because => Hear(watch, new WatchEvent.SessionEnded(hold, because))).Begin();
                break;
            case WatchCommand.WarmSession warm:
                Hear(new WatchEvent.SessionWarmed(warm));
                break;
            case WatchCommand.WakeAt wake:
                var pause = wake.At - process.Running;
                process.After(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, () => Hear(watch, new WatchEvent.TimeReached(wake.Alarm)));
                break;
            case WatchCommand.Judge:
                Judge(isFinal => Hear(watch, new WatchEvent.Judged(isFinal ? Judgement.Final : Judgement.Nothing)));
                break;
            case WatchCommand.SaySuspected suspected:
                World.Play?.Say(process.Name, $"suspects {suspected.Key.Host}: {suspected.Because}");
                break;
            case WatchCommand.Mention mention:
                // Histories in which nobody moves know all members from the beginning.
                if (MayAct && World.Shape.AddressFault != AddressFault.None && mention.Key != OtherChannel.Source) process.Discoveries.Follow(mention.Key);
                break;
            // Nothing is read ahead.
            case WatchCommand.SayCleared or WatchCommand.LetGo or WatchCommand.ReadAhead:
                break;
            default:
                throw new NotSupportedException($"{command} is not carried out");
        }
    }

    private void Judge(Action<bool> then)
    {
        if (!MayAct || IsAllWell())
        {
            then(false);
            return;
        }
        World.Judgements++;
        var all = Analyzer.Analyze(Topology);
        if (World.Play is not null) Tell(all);
        process.Recoveries.Forget(all);
        foreach (var unacted in all.Where(a => !a.IsActionable)) process.Recoveries.Note(unacted, Topology);
        JudgeNext([.. all.Where(a => a.IsActionable)], isFinal: false, then);
    }

    // One after the other, all of them (Flow/Detecting/Verdicts): what holds one back says nothing of the next.
    private void JudgeNext(ImmutableArray<Analysis> left, bool isFinal, Action<bool> then)
    {
        if (left.IsEmpty || !IsWatching) then(isFinal);
        else process.Recoveries.Find(left[0], this, isDecided => JudgeNext(left[1..], isFinal || isDecided, then));
    }

    // The same picture needs no second judgement: this is what the version of a sighting will say one day.
    private bool IsAllWell()
    {
        if (!run!.Picture.Ledger.IsSettled) return false;
        var writers = 0;
        foreach (var (_, member) in run.Picture.Members)
        {
            if (member is not { IsFormerPrimary: false, Current: { Stale: InstanceParts.None } now }) return false;
            var isRoot = now.Links.All(l => l.Source == OtherChannel.Source);
            if (isRoot && ++writers > 1) return false;
            if (now.ReadOnly == isRoot) return false;
            foreach (var link in now.Links)
                if (!link.IsReplicating || link.SilentFor > SilenceThatMatters) return false;
        }
        return writers == 1;
    }

    private void Tell(ImmutableArray<Analysis> all)
    {
        var says = string.Join("; ", all.Select(a => $"{a.Code} of {a.Key.Host}"));
        if (says == told) return;
        told = says;
        World.Play!.Say(process.Name, says.Length == 0 ? "sees nothing wrong" : $"sees {says}");
    }
}
