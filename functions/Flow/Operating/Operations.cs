using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Discovering;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>Everything that can be asked for: a row is all that its command, route, help and errors need.</summary>
public static class Operations
{
    private static Argument Cluster { get; } = new("cluster", ArgumentKind.Cluster, "id, alias or a member's host:port")
    {
        IsRequired = true, IsPositional = true, IsSubject = true,
    };

    private static Argument Instance { get; } = new("instance", ArgumentKind.Text, "a server by any of its names")
    {
        IsRequired = true, IsPositional = true, IsSubject = true,
    };

    private static Argument Name { get; } = new(
        "name", ArgumentKind.Text, "a cluster by id or alias, or a server by any of its names")
    {
        IsRequired = true, IsPositional = true, IsSubject = true,
    };

    private static Argument Recovery { get; } = new("recovery", ArgumentKind.Text, "id of a recovery, or 'last'")
    {
        IsRequired = true, IsPositional = true, IsSubject = true,
    };

    private static Argument Rule { get; } = new("rule", ArgumentKind.Text, "prefer, neutral, prefer_not or must_not")
    {
        IsRequired = true, IsPositional = true, Choices = [.. PromotionRules.Names],
    };

    private static Argument Because { get; } = new(PlanOperation.Because, ArgumentKind.Text, "why");

    private static Argument Reason { get; } = new(
        PlanOperation.Because, ArgumentKind.Reason, "why; it stands in the record")
    {
        IsRequired = true,
    };

    private static Argument To { get; } = new(
        "to", ArgumentKind.Server, "the successor, by any of its names; the best replica when left out")
    {
        Within = Cluster.Name,
    };

    private static Argument Below { get; } = new(
        "below", ArgumentKind.Server, "its new source, a server of the same cluster by any of its names")
    {
        IsRequired = true, Within = Instance.Name,
    };

    private static Argument PrimaryIsDead { get; } = new(
        PlanOperation.PrimaryIsDead, ArgumentKind.Flag,
        "you vouch that the primary is off, though a replica hears it or nobody can tell; if it is not, two servers "
        + "accept writes, and what only it has is lost");

    private static Argument AcceptLoss { get; } = new(
        PlanOperation.AcceptsLoss, ArgumentKind.Flag,
        "promote although acknowledged transactions are lost, or may be; for this failover alone");

    private static Argument SkipHooks { get; } =
        new(PlanOperation.SkipsHooks, ArgumentKind.Flag, "run no hooks in this plan");

    private static Argument Length { get; } = new(
        "for", ArgumentKind.Duration, "how long, with its unit: 90m, 2h, 1d; one hour when left out")
    {
        Default = "1h",
    };

    /// <summary>How an installation gets its servers.</summary>
    private static Operation Discover { get; } = new ActOperation(
        "discover", "Find the clusters of some servers by following replication in both directions",
        [
            new("instance", ArgumentKind.Address, "host:port of any server of a cluster")
            {
                IsRequired = true, IsPositional = true, IsRepeated = true,
            },
            new("alias", ArgumentKind.Alias, "a name for the cluster of the first server"),
        ])
    {
        // The account's password goes to whatever is named.
        Path = "/discover", Answers = typeof(DiscoveryReport),
        Run = async (verbs, g, cancel) => DiscoveryAnswer.Of(await verbs.Discovery.RunAsync(
            [.. g.Texts("instance").Select(InstanceKey.Parse).Distinct()], g.Text("alias"), g.Actor, cancel)),
    };

    /// <summary>The plans: they change servers, stage by stage.</summary>
    private static ImmutableArray<Operation> Plans { get; } =
    [
        new PlanOperation("takeover", "Switch the primary of a cluster as planned", [Cluster, To, SkipHooks],
            PlanKinds.Takeover)
        {
            Path = "/clusters/{cluster}/takeover", Target = To.Name,
        },
        new PlanOperation(
            "failover", "Replace the dead primary of a cluster, whatever holds that back",
            [Cluster, To, Reason, PrimaryIsDead, AcceptLoss, SkipHooks], PlanKinds.DeadPrimary)
        {
            Path = "/clusters/{cluster}/failover", Target = To.Name, RehearsedAs = "dead-primary",
        },
        new PlanOperation(
            "open", "Make the primary of a cluster accept writes",
            [
                Cluster,
                new("server", ArgumentKind.Server, "the primary, by any of its names; whichever it is when left out")
                {
                    Within = Cluster.Name,
                },
                Reason,
            ],
            PlanKinds.OpenPrimary)
        {
            Path = "/clusters/{cluster}/open", Subject = "server",
        },
        new PlanOperation(
            "relocate", "Move a server, with what follows it, below another one of its cluster",
            [Instance with { Kind = ArgumentKind.Server }, Below], PlanKinds.Relocate)
        {
            Needs = Role.Operate, Path = "/relocate", Subject = Instance.Name, Target = Below.Name,
        },
        new PlanOperation(
            "repoint",
            "Point a server to its own source anew, or to another server; what it has not applied is fetched again",
            [
                Instance with { Kind = ArgumentKind.Server },
                To with { Means = "its source, by any of its names; its own when left out", Within = Instance.Name },
            ],
            PlanKinds.Repoint)
        {
            Needs = Role.Operate, Path = "/repoint", Subject = Instance.Name, Target = To.Name,
        },
    ];

    /// <summary>What running recoveries are told.</summary>
    private static ImmutableArray<Operation> Signals { get; } =
    [
        new SignalOperation(
            "approve", "Let a recovery that waits for approval go on",
            [
                Recovery,
                new(
                    "candidate", ArgumentKind.Text,
                    "the successor that is approved; the one that is asked about when left out"),
                Because,
            ],
            SignalKind.Approve)
        {
            Path = "/recoveries/{recovery}/approve",
        },
        new SignalOperation(
            "cancel", "Give up a running recovery and undo what it did, unless a server was told to accept writes",
            [Recovery, Because], SignalKind.Cancel)
        {
            Needs = Role.Operate, Path = "/recoveries/{recovery}/cancel",
        },
    ];

    /// <summary>What people say of recoveries, clusters and servers: it is stored, and no server is changed.</summary>
    private static ImmutableArray<Operation> Declarations { get; } =
    [
        new ActOperation(
            "acknowledge", "Acknowledge a recovery, so that it no longer blocks the next one", [Recovery, Because])
        {
            Path = "/recoveries/{recovery}/acknowledge",
            Run = (verbs, g, cancel) =>
                verbs.Recoveries.AcknowledgeAsync(g.Text("recovery"), g.Actor, g.Text("because"), cancel),
        },
        new ActOperation("enable-recovery", "Let recoveries start, everywhere", [Because])
        {
            Path = "/enable-recovery",
            Run = (verbs, g, cancel) => verbs.Recoveries.EnableAsync(true, g.Actor, g.Text("because"), cancel),
        },
        new ActOperation("disable-recovery", "Keep recoveries from starting, everywhere", [Because])
        {
            Path = "/disable-recovery",
            Run = (verbs, g, cancel) => verbs.Recoveries.EnableAsync(false, g.Actor, g.Text("because"), cancel),
        },
        new ActOperation("downtime", "Keep a cluster or server from being recovered", [Name, Length, Because])
        {
            Needs = Role.Operate, Path = "/downtime",
            Run = (verbs, g, cancel) => verbs.Downtime.BeginAsync(
                g.Text("name"), g.Duration("for")!.Value, g.Actor, g.Text("because"), cancel),
        },
        new ActOperation("undowntime", "End a downtime", [Name, Because])
        {
            Needs = Role.Operate, Path = "/undowntime",
            Run = (verbs, g, cancel) => verbs.Downtime.EndAsync(g.Text("name"), g.Actor, g.Text("because"), cancel),
        },
        new ActOperation(
            "promotion-rule", "Say whether a server shall be promoted",
            [
                Instance,
                Rule,
                Length with { Means = "how long, with its unit: 90m, 2h, 1d; for good when left out", Default = "" },
                Because,
            ])
        {
            Needs = Role.Operate, Path = "/promotion-rule",
            Run = (verbs, g, cancel) => verbs.PromotionRule.SetAsync(
                g.Text("instance"), g.Text("rule"), g.Duration("for"), g.Actor, g.Text("because"), cancel),
        },
        new ActOperation(
            "alias", "Give a cluster a name, or take it back",
            [
                Cluster with { Kind = ArgumentKind.Text },
                new("alias", ArgumentKind.Alias, "its new name") { IsPositional = true },
                new("remove", ArgumentKind.Flag, "it has no alias afterwards"),
            ])
        {
            Needs = Role.Operate, Path = "/clusters/{cluster}/alias",
            Run = (verbs, g, cancel) => g.Flag("remove") == (g.Text("alias").Length > 0)
                ? Task.FromResult(OperationAnswer.BadInput("alias: expected a name, or remove instead"))
                : verbs.Alias.SetAsync(g.Text("cluster"), g.Text("alias"), g.Actor, cancel),
        },
        new ActOperation(
            "split",
            "Make a writer that follows nobody, with what follows it, a cluster of its own; servers stay as they are",
            [Instance, new("alias", ArgumentKind.Alias, "a name for the new cluster")])
        {
            Needs = Role.Operate, Path = "/split",
            Run = (verbs, g, cancel) => verbs.Split.RunAsync(g.Text("instance"), g.Text("alias"), g.Actor, cancel),
        },
        new ActOperation(
            "adopt", "Take a server that follows one of a cluster into that cluster; servers stay as they are",
            [Instance, Cluster with { Kind = ArgumentKind.Text }])
        {
            Path = "/clusters/{cluster}/adopt",
            Run = (verbs, g, cancel) => verbs.Adopt.RunAsync(g.Text("instance"), g.Text("cluster"), g.Actor, cancel),
        },
        new ActOperation(
            "forget", "Let a server or a whole cluster go",
            [Name, new("force", ArgumentKind.Flag, "also what is alive")])
        {
            Path = "/forget",
            Run = (verbs, g, cancel) => verbs.Forget.RunAsync(g.Text("name"), g.Flag("force"), g.Actor, cancel),
        },
    ];

    public static ImmutableArray<Operation> All { get; } =
    [
        Discover, .. Plans, .. MoveOperations.All, .. ChangeOperations.All, .. Signals, .. Declarations,
        .. TagOperations.All, .. TokenOperations.All, .. QuestionOperations.All,
    ];
}
