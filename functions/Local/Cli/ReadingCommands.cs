using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Local.Cli;

/// <summary>Commands that change nothing.</summary>
internal static class ReadingCommands
{
    public static async Task<int> TopologyAsync(Run run, string? hint, bool tabulated)
    {
        if (await LookAsync(run, hint) is not { } views) return Exit.BadInput;
        if (run.Json) Run.Print(views.Select(v => JsonOf(v.Topology, v.Downtime)));
        else foreach (var (t, downtime) in views)
            Run.Print($"{Title(t)}\n{(tabulated ? TopologyText.Tabulate(t) : TopologyText.Draw(t))}\n{TopologyNotes.Of(t, downtime)}");
        return Exit.Done;
    }

    public static async Task<int> AnalysisAsync(Run run, string? hint)
    {
        if (await LookAsync(run, hint) is not { } views) return Exit.BadInput;
        var policy = run.Room.Flow.WatchPolicy.Detection;
        var found =
            views.Select(v => (v.Topology, v.Downtime, Analyses: Analyzer.Analyze(v.Topology, policy))).ToArray();
        if (run.Json) Run.Print(found.SelectMany(f => AnalysisAnswer.Of(f.Analyses, f.Topology, f.Downtime)));
        else
        {
            var text = string.Concat(found.Select(f => AnalysisText.Describe(f.Analyses, f.Topology, f.Downtime)));
            Run.Print(found.All(f => f.Analyses.IsEmpty) ? AnalysisText.NoProblem + text : text);
        }
        return found.All(f => f.Analyses.IsEmpty) ? Exit.Done : Exit.Refused;
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
        if (await run.Room.Flow.Verbs.Recoveries.FindAsync(id, run.Cancel) is not { } stored)
            return run.Fail(OperatorRecoveries.Unknown(id).Says, Exit.BadInput);
        if (run.Json) Run.Print(stored);
        else Run.Print(RecoveryText.Tell(stored.Recovery));
        return Exit.Done;
    }

    public static async Task<int> DowntimesAsync(Run run)
    {
        var all = await run.Room.Flow.Verbs.Downtime.ListAsync(run.Cancel);
        if (run.Json) Run.Print(all);
        else if (all.IsEmpty) Run.Print("Nothing is in downtime");
        else foreach (var d in all)
        {
            var cluster = d.Alias.Length > 0 ? d.Alias : d.Cluster.Value;
            var what = d.Server is { } server ? $"{server} of cluster {cluster}" : $"cluster {cluster}";
            Run.Print($"{what}: {TopologyNotes.Says(new Downtime(d.Owner, d.Reason, d.Until))}");
        }
        return Exit.Done;
    }

    public static async Task<int> TokensAsync(Run run)
    {
        var all = await run.Room.Flow.Verbs.Tokens.ListAsync(run.Cancel);
        if (run.Json) Run.Print(all);
        else if (all.IsEmpty) Run.Print("There are no tokens");
        else foreach (var t in all)
        {
            var until = $"{(t.IsExpired ? "expired" : "until")} {t.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm}Z";
            var used = t.UsedAt is { } at ? $"used {at.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "never used";
            Run.Print($"{t.Name}: role {t.Role}, {until}, {used}, created by {t.By} ({t.Begins}_…)");
        }
        return Exit.Done;
    }

    private static string Title(Topology t) => t.Alias.Length > 0 ? $"{t.Alias} ({t.Cluster})" : t.Cluster.Value;

    private static object JsonOf(Topology t, Downtime? downtime) => new
    {
        cluster = t.Cluster, alias = t.Alias, primary = t.Primary?.Key,
        downtime = downtime?.IsActiveAt(t.TakenAt) == true ? downtime : null, members = t.Members,
    };

    // Null after the refusal was printed.
    private static async Task<(Topology Topology, Downtime? Downtime)[]?> LookAsync(Run run, string? name)
    {
        ClusterId[] ids;
        if (name is null) ids = [.. (await run.Room.Ports.Topologies.ReadAllAsync(run.Cancel)).Select(c => c.Id)];
        else if (await run.FindAsync(name) is { } cluster) ids = [cluster];
        else return null;
        var looks = await Task.WhenAll(ids.Select(c => run.Room.Flow.Plans.LookAsync(c, run.Cancel)));
        return [.. looks.Where(l => l is not null).Select(l => l!.Value)];
    }
}
