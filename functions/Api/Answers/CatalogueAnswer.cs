using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.Answers;

/// <summary>An operation of the catalogue, for who offers it to people.</summary>
/// <param name="Name">Its command.</param>
/// <param name="Does">One sentence without a full stop.</param>
/// <param name="Needs">The role: <c>read</c>, <c>operate</c> or <c>power</c>; with <c>force</c> it is power.</param>
/// <param name="Kind">
/// <c>plan</c>: it is planned, stored and run after its answer; <c>act</c>: it is done by the time of its answer;
/// <c>signal</c>: a running recovery is told something; <c>question</c>: it changes nothing.
/// </param>
/// <param name="Path">Below <c>/api/v3</c>, with arguments in braces.</param>
/// <param name="PlanPath">Of its rehearsal, which is a GET; null where it has none.</param>
/// <param name="Subject">
/// The key of the argument that names what it is about: a server, a cluster, either of them, or a recovery. Empty where
/// it is about none that is known.
/// </param>
/// <param name="Target">The key of the argument that names the successor or the new source; empty for none.</param>
public sealed record CatalogueEntry(
    string Name, string Does, string Needs, string Kind, string Method, string Path, string? PlanPath, string Subject,
    string Target, IReadOnlyList<CatalogueArgument> Arguments)
{
    /// <param name="method">As it is routed.</param>
    internal static CatalogueEntry Of(Operation operation, string method)
    {
        var plan = operation as PlanOperation;
        var target = operation.Arguments.FirstOrDefault(a => plan is not null && a.Name == plan.Target);
        return new(
            operation.Name, operation.Does, Roles.NameOf(operation.Needs), KindOf(operation), method, operation.Path,
            plan?.Rehearsed.Path, operation.About?.Key ?? "", target?.Key ?? "",
            [.. operation.Arguments.Select(CatalogueArgument.Of)]);
    }

    private static string KindOf(Operation operation) => operation switch
    {
        PlanOperation => "plan",
        SignalOperation => "signal",
        _ => operation.Needs.Acts() ? "act" : "question",
    };
}

/// <summary>One thing that an operation is told.</summary>
/// <param name="Key">Its name in the path or the query.</param>
/// <param name="Help">Lower case, without a full stop.</param>
/// <param name="Kind">
/// <c>text</c>, <c>reason</c>, <c>flag</c>, <c>choice</c> (true, false or left out), <c>duration</c>, <c>number</c>,
/// <c>alias</c>, <c>address</c>, <c>cluster</c> or <c>server</c>.
/// </param>
/// <param name="Required">A rehearsal asks for no reason all the same.</param>
/// <param name="Positional">A command line tells it by its place.</param>
/// <param name="Repeated">It may be given more than once.</param>
/// <param name="Default">What is taken when it is left out; empty for nothing.</param>
/// <param name="Choices">The texts that are taken; null where others are too.</param>
public sealed record CatalogueArgument(
    string Key, string Help, string Kind, bool Required, bool Positional, bool Repeated, string Default,
    IReadOnlyList<string>? Choices)
{
    internal static CatalogueArgument Of(Argument argument) => new(
        argument.Key, argument.Means, argument.Kind.ToString().ToLowerInvariant(), argument.IsRequired,
        argument.IsPositional, argument.IsRepeated, argument.Default,
        argument.Choices.IsEmpty ? null : argument.Choices);
}
