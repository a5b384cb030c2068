using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.Local.Cli;
using OrchestratorFunctions.Local.Settings;

namespace OrchestratorFunctions.Local.Tests;

/// <summary>An installation of a test's own: tables of its own on the shared Azurite, and the settings that lead there.</summary>
internal sealed class Place
{
    private readonly string[] settings;

    private Place(string connectionString, string prefix, string[] more)
    {
        (ConnectionString, Prefix) = (connectionString, prefix);
        settings =
        [
            $"Storage:TablePrefix={prefix}", "MySql:User=orchestrator", "MySql:Password=orchestrator", "MySql:ReplicationUser=repl", "MySql:ReplicationPassword=repl",
            "Watch:Interval=00:00:00.2", "Watch:LeaseLength=00:00:03", .. more,
        ];
    }

    public string ConnectionString { get; }
    public string Prefix { get; }

    public static async Task<Place> NewAsync(params string[] more) =>
        new((await AzuriteServer.SharedAsync()).ConnectionString, "T" + Guid.NewGuid().ToString("N")[..16], more);

    /// <summary>Every setting, as the command line takes them.</summary>
    public string[] Assignments(params string[] more) => [$"Storage:ConnectionString={ConnectionString}", .. settings, .. more];

    public async Task<LocalRoom> OpenAsync(Func<Flow.Ports.IRecoveryStore, Flow.Ports.IRecoveryStore>? wrap = null, params string[] more)
    {
        var (read, problems) = LocalSettings.Read(null, Assignments(more));
        Assert.Empty(problems);
        return await LocalRoom.OpenAsync(read, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, TimeProvider.System, CancellationToken.None, wrap);
    }

    /// <summary>Runs one command as a user would, in this process.</summary>
    public Task<CommandResult> RunAsync(params string[] arguments) => RunAsync([], arguments);

    public async Task<CommandResult> RunAsync(string[] more, string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var written = new StringWriter();
        using var complained = new StringWriter();
        Console.SetOut(TextWriter.Synchronized(written));
        Console.SetError(TextWriter.Synchronized(complained));
        try
        {
            var code = await CommandLine.RunAsync([.. arguments, .. Assignments(more).SelectMany(s => (string[])["--set", s])]);
            return new CommandResult(code, written.ToString(), complained.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}

/// <summary>What a command said and how it ended.</summary>
internal sealed record CommandResult(int Code, string Output, string Error)
{
    public string[] Complaints => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public override string ToString() => $"exit code {Code}\n{Output}\n{Error}";
}
