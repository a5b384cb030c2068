using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Local.Cli;

/// <summary>Commands that change nothing.</summary>
internal static class ReadingCommands
{
    public static async Task<int> TopologyAsync(Run run, string? hint, bool tabulated)
    {
        if (await TopologiesAsync(run, hint) is not { } topologies) return Exit.BadInput;
        if (run.Json) Run.Print(topologies.Select(t => new { cluster = t.Cluster, alias = t.Alias, primary = t.Primary?.Key, members = t.Members }));
        else foreach (var t in topologies) Run.Print($"{Title(t)}\n{(tabulated ? TopologyText.Tabulate(t) : TopologyText.Draw(t))}");
        return Exit.Done;
    }

    public static async Task<int> AnalysisAsync(Run run, string? hint)
    {
        if (await TopologiesAsync(run, hint) is not { } topologies) return Exit.BadInput;
        var policy = run.Room.Flow.WatchPolicy.Detection;
        var analyses = topologies.SelectMany(t => Analyzer.Analyze(t, policy)).ToImmutableArray();
        if (run.Json) Run.Print(analyses);
        else Run.Print(AnalysisText.Describe(analyses));
        return analyses.IsEmpty ? Exit.Done : Exit.Refused;
    }

    /// <param name="moved">For a move: the server to move.</param>
    public static async Task<int> PlanAsync(Run run, PlanKind kind, string hint, string? to, string? moved = null)
    {
        InstanceKey? wanted = null, subject = null;
        if (moved is not null && !InstanceKey.TryParse(moved, out subject, out var problem)) return run.Fail(problem, Exit.BadInput);
        if (to is not null && !InstanceKey.TryParse(to, out wanted, out problem)) return run.Fail($"{(moved is null ? "--to" : "--below")}: {problem}", Exit.BadInput);
        if (await run.FindAsync(hint) is not { } cluster) return Exit.BadInput;
        var (plan, topology) = await run.Room.Flow.Command.PlanAsync(cluster, kind, wanted, run.Cancel, subject);
        if (plan is null || topology is null) return run.Fail($"cluster {cluster}: has no single primary; look at: topology {cluster}");
        if (run.Json) Run.Print(new { plan, statements = plan.Stages.SelectMany(s => s.Stage.Steps).Select(s => new { target = s.Step.Target, says = s.Step.Says, sql = run.Room.Preview(s, topology) }) });
        else Run.Print("REHEARSAL: nothing was changed\n" + RecoveryText.Tell(plan, step => run.Room.Preview(step, topology)));
        return plan.Outcome is { IsSuccess: true } ? Exit.Done : Exit.Refused;
    }

    public static async Task<int> RecoveriesAsync(Run run, string? hint, int limit)
    {
        if (limit is < 1 or > 1000) return run.Fail($"--limit '{limit}': expected 1 to 1000", Exit.BadInput);
        ClusterId? cluster = null;
        if (hint is not null && (cluster = await run.FindAsync(hint)) is null) return Exit.BadInput;
        var recent = await run.Room.Ports.Recoveries.ReadRecentAsync(cluster, limit, run.Cancel);
        if (run.Json) Run.Print(recent);
        else Run.Print(recent.Length == 0 ? "No recoveries" : string.Join('\n', recent.Select(r => RecoveryText.Line(r.Recovery) + (r.AcknowledgedBy.Length > 0 ? $"  (acknowledged by {r.AcknowledgedBy})" : ""))));
        return Exit.Done;
    }

    public static async Task<int> ExplainAsync(Run run, string id)
    {
        if (await run.FindRecoveryAsync(id) is not { } stored) return run.Fail($"recovery '{id}': there is none of this id; list them with: recoveries", Exit.BadInput);
        if (run.Json) Run.Print(stored);
        else Run.Print(RecoveryText.Tell(stored.Recovery));
        return Exit.Done;
    }

    private static string Title(Topology t) => t.Alias.Length > 0 ? $"{t.Alias} ({t.Cluster})" : t.Cluster.Value;

    private static async Task<ImmutableArray<Topology>?> TopologiesAsync(Run run, string? hint)
    {
        if (hint is not null)
            return await run.FindAsync(hint) is { } cluster && await run.Room.Flow.Command.ReadAsync(cluster, run.Cancel) is { } one ? [one] : null;
        var ids = (await run.Room.Ports.Topologies.ReadAllAsync(run.Cancel)).Select(c => c.Id);
        return [.. (await Task.WhenAll(ids.Select(c => run.Room.Flow.Command.ReadAsync(c, run.Cancel)))).OfType<Topology>()];
    }
}
