using System.Collections.Immutable;
using OrchestratorFunctions.Core.Planning.Moving;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>The operations that move several servers, or one back to where it was: rows of the catalogue.</summary>
internal static class MoveOperations
{
    private static Argument Instance { get; } = new("instance", ArgumentKind.Server, "a server by any of its names")
    {
        IsRequired = true, IsPositional = true, IsSubject = true,
    };

    private static Argument Pattern { get; } = new(
        "pattern", ArgumentKind.Text, "a regular expression; only replicas in whose host:port it is found are moved");

    private static ChangeDetails Some(Given given) => new() { Pattern = given.Text(Pattern.Name) };

    public static ImmutableArray<Operation> All { get; } =
    [
        new PlanOperation(
            "relocate-replicas",
            "Move what follows a server below another one of its cluster, each replica with its own verdict",
            [
                Instance with { Means = "the server whose replicas are moved, by any of its names" },
                new(
                    "below", ArgumentKind.Server,
                    "their new source; the replica that most others can follow when left out")
                {
                    Within = Instance.Name,
                },
                Pattern,
            ],
            MoveKinds.RelocateReplicas)
        {
            Needs = Role.Operate, Path = "/relocate-replicas", Subject = Instance.Name, Target = "below",
            Details = Some,
        },
        new PlanOperation(
            "repoint-replicas", "Point what follows a server to it anew",
            [Instance with { Means = "the server that they follow, by any of its names" }, Pattern],
            MoveKinds.RepointReplicas)
        {
            Needs = Role.Operate, Path = "/repoint-replicas", Subject = Instance.Name, Details = Some,
        },
        new PlanOperation(
            "take-source", "Swap a server with its source, which is a replica itself", [Instance],
            MoveKinds.TakeSource)
        {
            Needs = Role.Operate, Path = "/take-source", Subject = Instance.Name,
        },
        new PlanOperation(
            "reattach", "Point a detached server to the source it was detached from", [Instance], MoveKinds.Reattach)
        {
            Needs = Role.Operate, Path = "/reattach", Subject = Instance.Name,
        },
    ];
}
