using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Flow.Discovering;

namespace OrchestratorFunctions.Api;

/// <summary>The endpoint that gives an installation its servers. It discovers in the process that answers.</summary>
internal static class Discovering
{
    /// <summary>A discovery that lasts longer is stopped; servers that do not answer cost some seconds each.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private const string Example = "db1.example.com:3306";

    /// <summary>
    /// 200 with what was found and stored; 400 for what cannot be read; 409 when nothing was found, or another process
    /// discovers; 503 when it took too long.
    /// </summary>
    /// <param name="instance">Servers to begin with, one for each time it is given.</param>
    /// <param name="alias">A name for the cluster of the first server.</param>
    public static Task<IResult> DiscoverAsync(
        ApiRoom room, HttpContext context, [FromQuery] string[] instance, string? alias, CancellationToken cancel) =>
        Acting.FromHereAsync(context, () => ActAsync(room, Acting.By(context), instance, alias ?? "", cancel));

    private static async Task<IResult> ActAsync(
        ApiRoom room, string actor, string[] instances, string alias, CancellationToken cancel)
    {
        var (seeds, problem) = Read(instances, alias);
        if (problem.Length > 0) return Problem.Answer(400, problem);
        using var limit = new CancellationTokenSource(Longest, room.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            var (found, refusal) = await room.Discovery.RunAsync(seeds, alias, actor, both.Token);
            return found is null
                ? Problem.Answer(409, refusal)
                : Tell(DiscoveryReport.Of(found));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return Problem.Answer(503, TooLong);
        }
    }

    private static (InstanceKey[] Seeds, string Problem) Read(string[] instances, string alias)
    {
        var seeds = new List<InstanceKey>();
        if (instances.Length == 0) return ([], $"instance: expected at least one server, like ?instance={Example}");
        foreach (var text in instances)
            if (InstanceKey.TryParse(text, out var seed, out var problem)) seeds.Add(seed);
            else return ([], $"instance: {problem}");
        return ([.. seeds.Distinct()], Alias.WhyNot(alias) ?? "");
    }

    private static IResult Tell(DiscoveryReport report) => report.Problem is { } problem
        ? Problem.Answer(Problem.Of(StatusCodes.Status409Conflict, problem) with
        {
            Refusals = report.Refusals, Warnings = report.Warnings,
        })
        : Reading.Answer(report);

    private static string TooLong =>
        $"the discovery was stopped after {Longest.TotalSeconds:0} s; "
        + "discover fewer servers at a time, or run: orchestrator discover HOST:PORT";
}
