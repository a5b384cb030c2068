using System.Collections.Immutable;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>
/// Questions about a server or a cluster that a person asks: rows of the catalogue. They change nothing.
/// </summary>
internal static class QuestionOperations
{
    private static Argument Instance { get; } = new("instance", ArgumentKind.Text, "a server by any of its names")
    {
        IsRequired = true, IsPositional = true, IsSubject = true,
    };

    private static Argument Cluster { get; } = new("cluster", ArgumentKind.Cluster, "id, alias or a member's host:port")
    {
        IsRequired = true, IsPositional = true, IsSubject = true,
    };

    public static ImmutableArray<Operation> All { get; } =
    [
        new ActOperation(
            "locate-errant", "Say which binary log files of a server hold the transactions that only it has executed",
            [Instance])
        {
            Path = "/locate-errant", Needs = Role.Read, Answers = typeof(LoneTransactions),
            Run = (verbs, g, cancel) => verbs.Logs.LocateAsync(g.Text("instance"), cancel),
        },
        new ActOperation(
            "options", "Say which plans for a server can be made, and why others not, by what was seen last",
            [Instance with { Kind = ArgumentKind.Server }])
        {
            Path = "/options", Needs = Role.Read, Answers = typeof(PlanOptions),
            Run = (verbs, g, cancel) => verbs.Options.TellAsync(
                g.ClusterOf("instance"), g.Server("instance"), g.Actor, cancel),
        },
        new ActOperation(
            "cluster-options", "Say which plans for a cluster can be made, and why others not, by what was seen last",
            [Cluster])
        {
            Path = "/clusters/{cluster}/options", Needs = Role.Read, Answers = typeof(PlanOptions),
            Run = (verbs, g, cancel) => verbs.Options.TellAsync(g.ClusterOf("cluster"), null, g.Actor, cancel),
        },
    ];
}
