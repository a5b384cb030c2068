using OrchestratorFunctions.Flow.Tests.Playing;
using OrchestratorFunctions.Flow.Tests.Playing.Commands;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>
/// Plays stories of whole processes: the real flows, over servers, network, storage and time made of data. Each
/// command stands in a file of its own in <c>Playing/Commands</c>; the language is listed in <c>README.md</c>.
/// </summary>
internal sealed class FlowPlay : IDisposable
{
    private static readonly Command[] All =
    [
        new ProcessCommand(), new WindowCommand(), new RunCommand(), new StallCommand(), new KillCommand(),
        new ReviveCommand(), new StopCommand(), new ContinueCommand(), new CutCommand(), new HealCommand(),
        new HangCommand(), new GoOnCommand(), new BeforeCommand(), new RecoverySwitchCommand(), new LeaseCommand(),
        new ReportCommand(), new DeliverCommand(), new StepCommand(), new ResumeCommand(), new SignalCommand(),
        new AskCommand(), new PlanCommand(), new StoryCommand(), new StepsCommand(), new StatesCommand(),
        new TopologyCommand(), new OutcomeCommand(), new StagesCommand(), new EvidenceCommand(),
        new RecoveriesCommand(), new SentCommand(), new ReportsCommand(), new StoredCommand(), new AuditCommand(),
        new LooksCommand(), new WritesCommand(), new FormerCommand(), new JudgeCommand(),
    ];

    private Scene scene = new();

    public static IReadOnlyDictionary<string, Command> Commands { get; } = All.ToDictionary(c => c.Name);

    /// <summary>Plays a paragraph. One that begins with <c>cluster</c> begins another story.</summary>
    /// <returns>What its commands print; null when none does.</returns>
    public string? Run(string[] lines)
    {
        var said = new List<string>();
        for (var at = 0; at < lines.Length; at++)
        {
            if (lines[at] == "cluster shop") Begin();
            else if (IsServer(lines[at])) at = Write(lines, at);
            else if (Do(lines[at]) is { } says) said.Add(says);
        }
        return said.Count == 0 ? null : string.Join('\n', said);
    }

    public void Dispose() => scene.Dispose();

    private void Begin()
    {
        scene.Dispose();
        scene = new Scene();
    }

    private string? Do(string line)
    {
        var (command, read) = CommandLine.Read(line, Commands);
        try
        {
            var says = command.Run(scene, read);
            scene.Turns.Settle();
            return says;
        }
        catch (FormatException e) when (!e.Message.StartsWith("line '", StringComparison.Ordinal))
        {
            throw new FormatException($"line '{line}': {e.Message}", e);
        }
    }

    // Lines of servers that follow each other are read together: one names the other.
    private int Write(string[] lines, int at)
    {
        var servers = lines.Skip(at).TakeWhile(IsServer).ToArray();
        scene.Write(servers);
        return at + servers.Length - 1;
    }

    private static bool IsServer(string line) => line.StartsWith("db", StringComparison.Ordinal);
}
