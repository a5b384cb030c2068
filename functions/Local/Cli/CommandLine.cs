using System.CommandLine;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Local.Cli;

/// <summary>The commands and their words, on one page.</summary>
public static class CommandLine
{
    /// <summary>
    /// Runs a command; a command line that cannot be read is bad input, with one line for each thing that is wrong.
    /// </summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var parsed = Build().Parse(arguments);
        string[] problems = [.. CommandLineProblems.Of(parsed)];
        if (problems.Length == 0) return await parsed.InvokeAsync();
        foreach (var problem in problems) await Console.Error.WriteLineAsync(problem.EndsWith('?') ? $"{problem} See --help" : $"{problem}; see --help");
        return Exit.BadInput;
    }

    public static RootCommand Build()
    {
        var common = new CommonOptions();
        var root = new RootCommand(
            "Discovers MySQL and MariaDB replication topologies, watches them and replaces a dead primary.");
        foreach (var option in common.All) root.Options.Add(option);

        var seeds = new Argument<string[]>("seed") { Description = "host:port of any server of a cluster", Arity = ArgumentArity.OneOrMore };
        var alias =
            new Option<string>("--alias") { Description = "a name for the cluster", DefaultValueFactory = _ => "" };
        var cluster = new Argument<string>("cluster") { Description = "id, alias or a member's host:port", Arity = ArgumentArity.ExactlyOne };
        var anyCluster = new Argument<string?>("cluster") { Description = "id, alias or a member's host:port; all when left out", Arity = ArgumentArity.ZeroOrOne };
        var tabulated = new Option<bool>("--tabulated") { Description = "columns parted by |" };
        var limit = new Option<int>("--limit") { Description = "at most this many", DefaultValueFactory = _ => 20 };
        var id = new Argument<string>("recovery") { Description = "id of a recovery, or 'last'" };
        var because = new Option<string>("--because") { Description = "why", DefaultValueFactory = _ => "" };

        Add(root, common, "serve", "Watch, recover and answer HTTP until stopped", [], (run, _) => ActingCommands.ServeAsync(run));
        Add(root, common, "discover", "Find the clusters of some servers by following replication in both directions", [seeds, alias],
            (run, p) => ActingCommands.DiscoverAsync(run, p.GetValue(seeds)!, p.GetValue(alias)!));
        Add(root, common, "topology", "Draw clusters as they are now", [anyCluster, tabulated],
            (run, p) => ReadingCommands.TopologyAsync(run, p.GetValue(anyCluster), p.GetValue(tabulated)));
        Add(root, common, "analysis", "Say what is wrong now; exit code 1 when something is", [anyCluster], (run, p) => ReadingCommands.AnalysisAsync(run, p.GetValue(anyCluster)));
        Add(root, common, "recoveries", "List recoveries, newest first", [anyCluster, limit], (run, p) => ReadingCommands.RecoveriesAsync(run, p.GetValue(anyCluster), p.GetValue(limit)));
        Add(root, common, "explain", "Tell the whole story of a recovery", [id], (run, p) => ReadingCommands.ExplainAsync(run, p.GetValue(id)!));
        Add(root, common, "acknowledge", "Acknowledge a recovery, so that it no longer blocks the next one", [id, because], (run, p) => ActingCommands.AcknowledgeAsync(run, p.GetValue(id)!, p.GetValue(because)!));
        Add(root, common, "approve", "Let a recovery that waits for approval go on", [id, because], (run, p) => ActingCommands.TellAsync(run, p.GetValue(id)!, OperatorWish.Approve, p.GetValue(because)!));
        Add(root, common, "cancel", "Give a running recovery up and undo what it did, unless somebody was told to accept writes", [id, because],
            (run, p) => ActingCommands.TellAsync(run, p.GetValue(id)!, OperatorWish.Cancel, p.GetValue(because)!));
        Add(root, common, "enable-recovery", "Let recoveries start, everywhere", [because], (run, p) => ActingCommands.SwitchAsync(run, true, p.GetValue(because)!));
        Add(root, common, "disable-recovery", "Keep recoveries from starting, everywhere", [because], (run, p) => ActingCommands.SwitchAsync(run, false, p.GetValue(because)!));

        AddPlans(root, common, cluster);
        AddDeclarations(root, common, because);
        return root;
    }

    // What people say of clusters and servers.
    private static void AddDeclarations(RootCommand root, CommonOptions common, Option<string> because)
    {
        var name = new Argument<string>("name") { Description = "a cluster by id or alias, or a server by any of its names", Arity = ArgumentArity.ExactlyOne };
        var cluster = new Argument<string>("cluster") { Description = "id, alias or a member's host:port", Arity = ArgumentArity.ExactlyOne };
        var server = new Argument<string>("server") { Description = "a server by any of its names", Arity = ArgumentArity.ExactlyOne };
        var length = new Option<string>("--for") { Description = "how long, with its unit: 90m, 2h, 1d", DefaultValueFactory = _ => "1h" };
        var lasts = new Option<string?>("--for") { Description = "how long, with its unit: 90m, 2h, 1d; for good when left out" };
        var rule = new Argument<string>("rule") { Description = "prefer, neutral, prefer_not or must_not", Arity = ArgumentArity.ExactlyOne };
        var alias = new Argument<string?>("alias") { Description = "its new name", Arity = ArgumentArity.ZeroOrOne };
        var removes = new Option<bool>("--remove") { Description = "it has no alias afterwards" };
        var force = new Option<bool>("--force") { Description = "also what is alive" };
        // Before storage is opened: what cannot be read needs none.
        foreach (var option in (Option[])[length, lasts]) option.Validators.Add(given =>
        {
            if (given.Tokens is [var text] && !Duration.TryParse(text.Value, out _, out var problem))
                given.AddError($"--for {problem}");
        });
        Add(root, common, "downtime", "Keep a cluster or server from being recovered", [name, length, because],
            (run, p) => ActingCommands.DowntimeAsync(
                run, p.GetValue(name)!, p.GetValue(length)!, p.GetValue(because)!));
        Add(root, common, "undowntime", "End a downtime", [name, because], (run, p) => ActingCommands.EndDowntimeAsync(run, p.GetValue(name)!, p.GetValue(because)!));
        Add(root, common, "downtimes", "List the downtimes that go on", [], (run, _) => ReadingCommands.DowntimesAsync(run));
        Add(root, common, "promotion-rule", "Say whether a server shall be promoted", [server, rule, lasts, because],
            (run, p) => ActingCommands.PromotionRuleAsync(
                run, p.GetValue(server)!, p.GetValue(rule)!, p.GetValue(lasts), p.GetValue(because)!));
        Add(root, common, "alias", "Give a cluster a name, or take it back", [cluster, alias, removes],
            (run, p) => ActingCommands.AliasAsync(run, p.GetValue(cluster)!, p.GetValue(alias), p.GetValue(removes)));
        var named =
            new Option<string>("--alias") { Description = "a name for the new cluster", DefaultValueFactory = _ => "" };
        Add(root, common, "split", "Make a writer that follows nobody, with what follows it, a cluster of its own; servers stay as they are", [server, named],
            (run, p) => ActingCommands.SplitAsync(run, p.GetValue(server)!, p.GetValue(named)!));
        Add(root, common, "adopt", "Take a server that follows one of a cluster into that cluster; servers stay as they are", [server, cluster],
            (run, p) => ActingCommands.AdoptAsync(run, p.GetValue(server)!, p.GetValue(cluster)!));
        Add(root, common, "forget", "Let a server or a whole cluster go", [name, force], (run, p) => ActingCommands.ForgetAsync(run, p.GetValue(name)!, p.GetValue(force)));
    }

    // What is run is planned the same way as what is only read.
    private static void AddPlans(RootCommand root, CommonOptions common, Argument<string> cluster)
    {
        var to =
            new Option<string?>("--to") { Description = "the successor's host:port; the best replica when left out" };
        var instance = new Argument<string>("instance") { Description = "host:port of the server to move", Arity = ArgumentArity.ExactlyOne };
        var below = new Option<string>("--below") { Description = "host:port of its new source", Required = true };
        Add(root, common, "takeover", "Switch the primary of a cluster as planned", [cluster, to], (run, p) => ActingCommands.TakeoverAsync(run, p.GetValue(cluster)!, p.GetValue(to)));
        Add(root, common, "relocate", "Move a server, with what follows it, below another one of its cluster", [instance, below],
            (run, p) => ActingCommands.RelocateAsync(run, p.GetValue(instance)!, p.GetValue(below)!));

        var server =
            new Option<string?>("--server") { Description = "host:port of the primary; whichever it is when left out" };
        var because = new Option<string>("--because") { Description = "why; it stands in the record", Required = true };
        var isDead = new Option<bool>("--primary-is-dead")
        {
            Description = "you vouch that the primary is off, though a replica hears it or nobody can tell; if it is not, two servers accept writes, and what only it has is lost",
        };
        var losing = new Option<bool>("--accept-loss") { Description = "promote although acknowledged transactions are lost, or may be; for this failover alone" };
        Add(root, common, "open", "Make the primary of a cluster accept writes", [cluster, server, because],
            (run, p) => ActingCommands.OpenAsync(run, p.GetValue(cluster)!, p.GetValue(server), p.GetValue(because)!));
        Add(root, common, "failover", "Replace the dead primary of a cluster, whatever holds that back", [cluster, to, because, isDead, losing],
            (run, p) => ActingCommands.FailoverAsync(
                run, p.GetValue(cluster)!, p.GetValue(to), Request(p, p.GetValue(because)!)));
        OperatorRequest Request(ParseResult p, string why) => new(why) { PrimaryIsDead = p.GetValue(isDead), AcceptsLoss = p.GetValue(losing) };

        var plan =
            new Command("plan", "Rehearse a recovery and print the plan with reasons and statements; touches nothing");
        Add(plan, common, "dead-primary", "As if the primary of the cluster were dead", [cluster, to, isDead, losing],
            (run, p) => ReadingCommands.PlanAsync(
                run, PlanKinds.DeadPrimary, p.GetValue(cluster)!, p.GetValue(to), request: Request(p, "")));
        Add(plan, common, "open", "The opening of the primary", [cluster, server], (run, p) => ReadingCommands.PlanOpenAsync(run, p.GetValue(cluster)!, p.GetValue(server)));
        Add(plan, common, "takeover", "A planned switch", [cluster, to], (run, p) => ReadingCommands.PlanAsync(run, PlanKinds.Takeover, p.GetValue(cluster)!, p.GetValue(to)));
        Add(plan, common, "relocate", "A move of a server below another one", [instance, below],
            (run, p) => ReadingCommands.PlanAsync(
                run, PlanKinds.Relocate, p.GetValue(instance)!, p.GetValue(below), p.GetValue(instance)));
        root.Subcommands.Add(plan);
    }

    private static void Add(
        Command parent, CommonOptions common, string name, string description, Symbol[] symbols, Func<Run, ParseResult,
        Task<int>> act)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
            if (symbol is Argument argument) command.Arguments.Add(argument);
            else command.Options.Add((Option)symbol);
        command.SetAction((parsed, cancel) => Run.WithAsync(parsed, common, name, run => act(run, parsed), cancel));
        parent.Subcommands.Add(command);
    }
}

/// <summary>Options every command takes.</summary>
public sealed class CommonOptions
{
    public Option<string?> Config { get; } = new("--config") { Description = "a JSON file with settings", Recursive = true };
    public Option<string[]> Set { get; } = new("--set") { Description = "one setting, as Section:Key=value", Recursive = true, DefaultValueFactory = _ => [] };
    public Option<bool> Json { get; } = new("--json") { Description = "print JSON", Recursive = true };
    public Option<bool> Verbose { get; } = new("--verbose") { Description = "log to standard error", Recursive = true };

    public IEnumerable<Option> All => [Config, Set, Json, Verbose];
}
