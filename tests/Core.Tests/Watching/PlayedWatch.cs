using System.Collections.Immutable;
using System.Globalization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Watching;

namespace OrchestratorFunctions.Core.Tests.Watching;

/// <summary>
/// Plays the watch machine against a cluster that a test writes and changes. A look is answered after 10 ms, silence
/// after its timeout, a judgement at once; what the machine says is written down with its second.
/// </summary>
internal sealed class PlayedWatch
{
    public static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly ProbeOutcome Silence = new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer");
    public static readonly ProbeOutcome Refused = new ProbeOutcome.Failed(ProbeFailureKind.Refused, "nothing listens");

    private static readonly TimeSpan Answer = TimeSpan.FromMilliseconds(10);

    private readonly PriorityQueue<WatchEvent, (TimeSpan At, int Number)> coming = new();
    private readonly Dictionary<InstanceKey, ProbeOutcome> reality = [];
    private readonly List<(TimeSpan At, WatchCommand Command)> said = [];
    private readonly HashSet<InstanceKey> gone = [];
    private TimeSpan now, asleep;
    private WatchRun run;
    private int numbers;

    /// <param name="isKnown">What is written was seen and stored by another process.</param>
    public PlayedWatch(string cluster, WatchPolicy? policy = null, bool isKnown = true)
    {
        var written = WrittenTopology.Read(cluster);
        foreach (var member in written.Members) reality[member.Key] = member.Outcome;
        var members = written.Members.Select(m => isKnown ? Stored(m) : ClusterPicture.Unseen(m.Key));
        var saved = written.Members.Aggregate(SavedSightings.None, (all, m) => all.With(m.Key, SavedSighting.OfMember(m)));
        run = WatchMachine.Of(new ClusterPicture(written.Cluster, "", null, Ledger.Empty, members), saved);
        Take(WatchMachine.Begin(run, policy ?? new WatchPolicy(), 7, Moment));
    }

    public ClusterPicture Picture => run.Picture;
    public WatchRun State => run;
    public bool MayAct { get; set; } = true;

    /// <summary>What is answered to a judgement; null: it is not answered.</summary>
    public Func<Judgement?> Judges { get; set; } = () => Judgement.Nothing;

    private WatchMoment Moment => new(Noon + now, now, now - asleep, MayAct);

    public void Becomes(string host, ProbeOutcome outcome) => reality[WrittenTopology.Key(host)] = outcome;

    public void Sees(string host, string cluster) => Becomes(host, WrittenTopology.Read(cluster)[WrittenTopology.Key(host)]!.Outcome);

    /// <summary>Lets time pass.</summary>
    public PlayedWatch Run(double seconds)
    {
        var until = now + TimeSpan.FromSeconds(seconds);
        while (coming.TryPeek(out var next, out var at) && at.At <= until)
        {
            coming.Dequeue();
            if (at.At > now) now = at.At;
            if (!IsForgotten(next)) Hear(next);
        }
        now = until;
        return this;
    }

    /// <summary>The process stands still: nothing is heard, and what was due is heard late.</summary>
    public void StandStill(double seconds)
    {
        now += TimeSpan.FromSeconds(seconds);
        asleep += TimeSpan.FromSeconds(seconds);
    }

    public void Hear(WatchEvent happened) => Take(WatchMachine.Step(run, happened, Moment));

    public void Declare(params Member[] members) => Hear(new WatchEvent.Declared("", null, run.Picture.Ledger, [.. members]));

    public static Member Stored(Member member) =>
        ClusterPicture.Unseen(member.Key) with { LastSeen = member.LastSeen, LastSeenAt = member.LastSeenAt };

    /// <summary>The newest command of a kind; it must have been said.</summary>
    public T Newest<T>() where T : WatchCommand => said.Select(s => s.Command).OfType<T>().Last();

    public int Count<T>() where T : WatchCommand => said.Count(s => s.Command is T);

    /// <summary>When a server was looked at, in seconds, and forgets what was said.</summary>
    public double[] LooksAt(string host, LookKind kind = LookKind.Turn) => [.. said
        .Where(s => s.Command is WatchCommand.Probe p && p.Key.Host == host && p.Reason.Kind == kind).Select(s => s.At.TotalSeconds)];

    /// <summary>When it was said.</summary>
    public double[] TimesOf<T>() where T : WatchCommand =>
        [.. said.Where(s => s.Command is T).Select(s => s.At.TotalSeconds)];

    /// <summary>What was said since the last time, without looks of the turns and alarms.</summary>
    public string[] Story()
    {
        string[] story = [.. said.Select(s => (s.At, Text: TextOf(s.Command))).Where(s => s.Text.Length > 0)
            .Select(s => $"+{s.At.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture)} {s.Text}")];
        said.Clear();
        return story;
    }

    private static string TextOf(WatchCommand command) => command switch
    {
        WatchCommand.Probe { Reason.Kind: not LookKind.Turn } p => $"look at {p.Key.Host} ({p.Reason.Kind}, {p.Timeout.TotalMilliseconds} ms)",
        WatchCommand.HoldSession hold => $"hold {hold.Key.Host}",
        WatchCommand.WarmSession warm => $"warm {warm.Key.Host}",
        WatchCommand.LetGo gone => $"let {gone.Key.Host} go",
        WatchCommand.Judge => "judge",
        WatchCommand.Mention mention => $"mention {mention.Key.Host}",
        WatchCommand.SaySuspected suspected => $"suspect {suspected.Key.Host}: {suspected.Because}",
        WatchCommand.SayCleared cleared => $"clear {cleared.Key.Host}",
        _ => "",
    };

    private bool IsForgotten(WatchEvent next) =>
        next is WatchEvent.TimeReached { Alarm.Key: { } key } && gone.Contains(key);

    private void Take(WatchTurn turn)
    {
        run = turn.State;
        foreach (var command in turn.Commands)
        {
            said.Add((now, command));
            CarryOut(command);
        }
    }

    private void CarryOut(WatchCommand command)
    {
        switch (command)
        {
            case WatchCommand.Probe look:
                var outcome = reality[look.Key];
                At(now + (outcome == Silence ? look.Timeout : Answer), new WatchEvent.Probed(look, outcome));
                break;
            case WatchCommand.WakeAt wake:
                if (wake.Alarm.Key is { } key) gone.Remove(key);
                At(wake.At, new WatchEvent.TimeReached(wake.Alarm));
                break;
            case WatchCommand.WarmSession warm:
                At(now, new WatchEvent.SessionWarmed(warm));
                break;
            case WatchCommand.Judge when Judges() is { } judgement:
                At(now, new WatchEvent.Judged(judgement));
                break;
            case WatchCommand.LetGo let:
                gone.Add(let.Key);
                break;
        }
    }

    private void At(TimeSpan at, WatchEvent happened) => coming.Enqueue(happened, (at, numbers++));
}
