using System.CommandLine;
using OrchestratorFunctions.Local.Cli.Old;

namespace OrchestratorFunctions.Local.Cli;

/// <summary>The commands and their words, on one page.</summary>
public static class CommandLine
{
    /// <summary>
    /// Runs a command; a command line that cannot be read is bad input, with one line for each thing that is wrong.
    /// </summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (OldArguments.AreMeant(arguments)) return await OldCommandLine.RunAsync(arguments, RunDirectAsync);
        var parsed = Build().Parse(arguments);
        string[] problems = [.. CommandLineProblems.Of(parsed)];
        if (problems.Length == 0) return await parsed.InvokeAsync();
        foreach (var problem in problems) await Console.Error.WriteLineAsync(problem.EndsWith('?') ? $"{problem} See --help" : $"{problem}; see --help");
        return Exit.BadInput;
    }

    // With the settings that a command line in orchestrator's words has, and the storage they name.
    private static Task<int> RunDirectAsync(IReadOnlyList<string> settings, Func<Run, Task<int>> act)
    {
        var common = new CommonOptions();
        var root = new RootCommand();
        foreach (var option in common.All) root.Options.Add(option);
        root.SetAction((parsed, cancel) => Run.WithAsync(parsed, common, "orchestrator", act, cancel));
        return root.Parse(settings).InvokeAsync();
    }

    public static RootCommand Build()
    {
        var common = new CommonOptions();
        var root = new RootCommand(
            "Discovers MySQL and MariaDB replication topologies, watches them and replaces a dead primary.");
        foreach (var option in common.All) root.Options.Add(option);

        Add(root, common, "serve", "Watch, recover and answer HTTP until stopped", [],
            (run, _) => ServeCommand.RunAsync(run));
        AddQuestions(root, common);
        OperationCommands.AddTo(root, (parent, command, act) => Add(parent, common, command, act));
        root.Subcommands.Add(ImportCommand.New(common));
        return root;
    }

    private static void AddQuestions(RootCommand root, CommonOptions common)
    {
        var cluster = new Argument<string?>("cluster")
        {
            Description = "id, alias or a member's host:port; all when left out", Arity = ArgumentArity.ZeroOrOne,
        };
        var tabulated = new Option<bool>("--tabulated") { Description = "columns parted by |" };
        var limit = new Option<int>("--limit") { Description = "at most this many", DefaultValueFactory = _ => 20 };
        var id = new Argument<string>("recovery") { Description = "id of a recovery, or 'last'" };
        Add(root, common, "topology", "Draw clusters as they are now", [cluster, tabulated],
            (run, p) => ReadingCommands.TopologyAsync(run, p.GetValue(cluster), p.GetValue(tabulated)));
        Add(root, common, "analysis", "Say what is wrong now; exit code 1 when something is", [cluster],
            (run, p) => ReadingCommands.AnalysisAsync(run, p.GetValue(cluster)));
        Add(root, common, "doctor",
            "Say what is not as it should be, and what mends it; exit code 1 unless only hints are left",
            [cluster], (run, p) => DoctorCommand.RunAsync(run, p.GetValue(cluster)));
        Add(root, common, "recoveries", "List recoveries, newest first", [cluster, limit],
            (run, p) => ReadingCommands.RecoveriesAsync(run, p.GetValue(cluster), p.GetValue(limit)));
        Add(root, common, "explain", "Tell the whole story of a recovery", [id],
            (run, p) => ReadingCommands.ExplainAsync(run, p.GetValue(id)!));
        Add(root, common, "downtimes", "List the downtimes that go on", [],
            (run, _) => ReadingCommands.DowntimesAsync(run));
        Add(root, common, "tokens", "List the tokens by which programs sign in, without their values", [],
            (run, _) => ReadingCommands.TokensAsync(run));
    }

    private static void Add(
        Command parent, CommonOptions common, string name, string description, Symbol[] symbols,
        Func<Run, ParseResult, Task<int>> act)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
            if (symbol is Argument argument) command.Arguments.Add(argument);
            else command.Options.Add((Option)symbol);
        Add(parent, common, command, act);
    }

    private static void Add(
        Command parent, CommonOptions common, Command command, Func<Run, ParseResult, Task<int>> act)
    {
        command.SetAction((parsed, cancel) =>
            Run.WithAsync(parsed, common, command.Name, run => act(run, parsed), cancel));
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
