using System.Collections.Immutable;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>What people say of servers besides rules and downtimes: rows of the catalogue.</summary>
internal static class TagOperations
{
    private static Argument Instance { get; } = new("instance", ArgumentKind.Text, "a server by any of its names")
    {
        IsRequired = true, IsPositional = true, IsSubject = true,
    };

    private static Argument Tag { get; } = new("tag", ArgumentKind.Text, "NAME, or NAME=VALUE")
    {
        IsRequired = true, IsPositional = true,
    };

    private static Argument Because { get; } = new(PlanOperation.Because, ArgumentKind.Text, "why");

    public static ImmutableArray<Operation> All { get; } =
    [
        new ActOperation("tag", "Give a server a tag, or a tag of it another value", [Instance, Tag, Because])
        {
            Needs = Role.Operate, Path = "/tag",
            Run = (verbs, g, cancel) => verbs.Tags.SetAsync(
                g.Text("instance"), g.Text("tag"), g.Actor, g.Text("because"), cancel),
        },
        new ActOperation(
            "untag", "Take a tag from a server",
            [Instance, Tag with { Means = "NAME, or NAME=VALUE to take it only with that value" }, Because])
        {
            Needs = Role.Operate, Path = "/untag",
            Run = (verbs, g, cancel) => verbs.Tags.RemoveAsync(
                g.Text("instance"), g.Text("tag"), g.Actor, g.Text("because"), cancel),
        },
        new ActOperation(
            "untag-all", "Take a tag with one value from every server that has it",
            [Tag with { Means = "NAME=VALUE; NAME= for the tag without a value" }, Because])
        {
            Needs = Role.Operate, Path = "/untag-all",
            Run = (verbs, g, cancel) => verbs.Tags.RemoveFromAllAsync(
                g.Text("tag"), g.Actor, g.Text("because"), cancel),
        },
        new ActOperation(
            "maintenance", "Say that a server is being worked on: nobody else begins that, and it is in downtime",
            [
                Instance,
                new("for", ArgumentKind.Duration, "how long, with its unit: 90m, 2h, 1d; one hour when left out")
                {
                    Default = "1h",
                },
                Because,
            ])
        {
            Needs = Role.Operate, Path = "/maintenance",
            Run = (verbs, g, cancel) => verbs.Maintenance.BeginAsync(
                g.Text("instance"), g.Duration("for")!.Value, g.Actor, g.Text("because"), cancel),
        },
        new ActOperation("end-maintenance", "End a maintenance", [Instance, Because])
        {
            Needs = Role.Operate, Path = "/end-maintenance",
            Run = (verbs, g, cancel) => verbs.Maintenance.EndAsync(
                g.Text("instance"), g.Actor, g.Text("because"), cancel),
        },
        new ActOperation(
            "pool", "Say which servers are in a pool, in place of those that were, or give the pool up",
            [
                new("pool", ArgumentKind.Text, "its name") { IsRequired = true, IsPositional = true },
                new("servers", ArgumentKind.Text, "servers by any of their names, with commas between")
                {
                    IsPositional = true,
                },
                new("remove", ArgumentKind.Flag, "there is no such pool afterwards"),
                Because,
            ])
        {
            Needs = Role.Operate, Path = "/pools/{pool}",
            Run = (verbs, g, cancel) => g.Flag("remove") == (g.Text("servers").Length > 0)
                ? Task.FromResult(OperationAnswer.BadInput("servers: expected names of servers, or remove instead"))
                : g.Flag("remove")
                    ? verbs.Pools.RemoveAsync(g.Text("pool"), g.Actor, g.Text("because"), cancel)
                    : verbs.Pools.SubmitAsync(
                        g.Text("pool"), g.Text("servers"), g.Actor, g.Text("because"), cancel),
        },
    ];
}
