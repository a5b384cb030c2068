using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;

namespace OrchestratorFunctions.Simulation.Processes;

/// <content>What is seen is judged by the real analyzer.</content>
public sealed partial class Watch
{
    private string told = "";

    // The same picture needs no second judgement: this is what the version of a sighting will say one day.
    private bool IsAllWell()
    {
        if (!ledger.IsSettled) return false;
        var writers = 0;
        foreach (var member in members)
        {
            if (member is not { IsFormerPrimary: false, Now: { } now }) return false;
            if (now.Links.IsEmpty && ++writers > 1) return false;
            if (now.ReadOnly == now.Links.IsEmpty) return false;
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

    private void Judge(Action<bool> then)
    {
        if (!MayAct || members.Any(m => m.Outcome == StoredMembers.NotProbed))
        {
            then(false);
            return;
        }
        World.Judgements++;
        var seen = Topology;
        var all = Analyzer.Analyze(seen);
        if (World.Play is not null) Tell(all);
        process.Recoveries.Forget(all);
        var found = all.FirstOrDefault(a => a.IsActionable);
        if (found is null) then(false);
        else process.Recoveries.Find(found, this, then);
    }
}
