using System.Collections.Immutable;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>Questions that servers are asked for a person: rows of the catalogue. They change nothing.</summary>
internal static class QuestionOperations
{
    private static Argument Instance { get; } = new("instance", ArgumentKind.Text, "a server by any of its names")
    {
        IsRequired = true, IsPositional = true,
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
    ];
}
