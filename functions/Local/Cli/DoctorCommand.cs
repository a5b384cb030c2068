using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using OrchestratorFunctions.Core.Examining;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.MySql.Settings;

namespace OrchestratorFunctions.Local.Cli;

/// <summary>Holds clusters and this installation against what they should be. Changes and posts nothing.</summary>
internal static class DoctorCommand
{
    private const string Installation = "Installation";

    private const int Abreast = 32;

    /// <param name="name">Of a cluster; null for all of them.</param>
    public static async Task<int> RunAsync(Run run, string? name)
    {
        if (await IdsAsync(run, name) is not { } ids) return Exit.BadInput;
        var terms = TermsOf(run.Room.Settings.MySql);
        var clusters = new List<ExaminedCluster?>();
        // So many at a time: each of them is asked twice, and its servers all at once.
        foreach (var part in ids.Chunk(Abreast))
            clusters.AddRange(await Task.WhenAll(
                part.Select(id => run.Room.Flow.Examine.Clusters.LookAsync(id, terms, run.Cancel))));
        var process = Examiner.Examine(await ProcessAsync(run));
        (ExaminedCluster Cluster, Examination Found)[] found =
            [.. clusters.OfType<ExaminedCluster>().Select(c => (c, Examiner.Examine(c)))];
        Finding[] all = [.. found.SelectMany(f => f.Found.Findings), .. process.Findings];
        if (run.Json) Run.Print(JsonOf(found, process));
        else Run.Print(string.Join('\n',
        [
            .. found.Select(f => ExaminationText.Describe(TitleOf(f.Cluster), f.Found)),
            ExaminationText.Describe(Installation, process), ExaminationText.Count(all),
        ]));
        return all.All(f => f.Severity == FindingSeverity.Hint) ? Exit.Done : Exit.Refused;
    }

    // A heartbeat that this installation gives new links itself is none to be mended.
    private static ExaminationTerms TermsOf(MySqlOptions options)
    {
        var terms = new ExaminationTerms(options.User, options.ReplicationUser);
        return options.HeartbeatInterval > terms.HeartbeatMost
            ? terms with { HeartbeatMost = options.HeartbeatInterval }
            : terms;
    }

    private static async Task<ClusterId[]?> IdsAsync(Run run, string? name)
    {
        if (name is null) return [.. (await run.Room.Ports.Topologies.ReadAllAsync(run.Cancel)).Select(c => c.Id)];
        return await run.FindAsync(name) is { } cluster ? [cluster] : null;
    }

    private static async Task<ExaminedProcess> ProcessAsync(Run run)
    {
        var seen = await run.Room.Flow.Examine.Process.LookAsync(run.Cancel);
        var hosts = run.Room.Ports.Notices?.Sinks.Select(s => new Uri(s.Name).Host).Distinct() ?? [];
        var unknown = await Task.WhenAll(hosts.Select(h => UnknownAsync(h, run.Cancel)));
        return seen with
        {
            UnresolvedHooks = [.. unknown.OfType<string>()], Risks = [.. run.Room.Settings.Warnings],
            NotChecked =
            [
                .. seen.NotChecked, "whether the clock of storage agrees with the clock here: nothing asks for it",
                .. unknown.Length > 0 ? ImmutableArray.Create("whether webhooks arrive: nothing is posted") : [],
            ],
        };
    }

    // Null when it is known.
    private static async Task<string?> UnknownAsync(string host, CancellationToken cancel)
    {
        try
        {
            return (await Dns.GetHostAddressesAsync(host, cancel)).Length > 0 ? null : host;
        }
        catch (SocketException)
        {
            return host;
        }
    }

    private static string TitleOf(ExaminedCluster c) => c.Topology.Alias.Length > 0
        ? $"{c.Topology.Alias} ({c.Topology.Cluster})"
        : c.Topology.Cluster.Value;

    private static object JsonOf((ExaminedCluster Cluster, Examination Found)[] found, Examination process) => new
    {
        clusters = found.Select(f => new
        {
            cluster = f.Cluster.Topology.Cluster, alias = f.Cluster.Topology.Alias, findings = f.Found.Findings,
            notChecked = f.Found.NotChecked,
        }),
        installation = new { findings = process.Findings, notChecked = process.NotChecked },
        isContent = process.IsContent && found.All(f => f.Found.IsContent),
    };
}
