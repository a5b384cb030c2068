using System.Diagnostics;
using System.Text.Json;

namespace OrchestratorFunctions.Local;

/// <summary>
/// The storage emulator of this machine: started by the first process that needs it, shared by all of the user's
/// processes, stopped by the last. Its data stays between runs.
/// </summary>
public sealed class Emulator : IAsyncDisposable
{
    private readonly string script;
    private readonly string name;
    private readonly string usersFile;
    private FileStream? use;

    private Emulator(string script, string name, string usersFile, FileStream use, string connectionString)
    {
        (this.script, this.name, this.usersFile, this.use) = (script, name, usersFile, use);
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    /// <summary>Starts or joins it.</summary>
    /// <exception cref="EmulatorException">It cannot be had here; the message says what is missing.</exception>
    public static async Task<Emulator> JoinAsync(string name, CancellationToken cancel)
    {
        var script = FindScript() ?? throw new EmulatorException(
            "no storage account is configured and scripts/azurite, which emulates one, is not near this program; set Storage:ConnectionString or Storage:AccountName");
        var users = Path.Combine(Directory.CreateDirectory(StateDirectory).FullName, $"{name}.users");
        var use = await ShareAsync(users, cancel);
        try
        {
            var (code, output, error) = await RunAsync(
                script, cancel, "up", "--reuse", "--keep-data", "--json", "--name", name);
            if (code != 0) throw new EmulatorException($"the storage emulator did not start: {error.Trim()}");
            using var answer = JsonDocument.Parse(output);
            return new Emulator(
                script, name, users, use, answer.RootElement.GetProperty("connectionString").GetString()!);
        }
        catch
        {
            await use.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (use is null) return;
        await use.DisposeAsync();
        use = null;
        try
        {
            // Whoever can have the file alone is the last one.
            await using var alone =
                new FileStream(usersFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            await RunAsync(script, CancellationToken.None, "down", "--keep-data", "--name", name);
        }
        catch (IOException)
        {
            // Others use it still.
        }
    }

    // Where the scripts keep their state too.
    private static string StateDirectory =>
        Variable("ORCHESTRATOR_STATE") ?? Path.Combine(
            Variable("XDG_STATE_HOME") ?? Path.Combine(Home, ".local", "state"), "orchestrator-functions");

    private static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    // A leaving process holds the file alone for a moment.
    private static async Task<FileStream> ShareAsync(string path, CancellationToken cancel)
    {
        await using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite)) { }
        for (var turn = 0; ; turn++)
        {
            try
            {
                return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            }
            catch (IOException) when (turn < 100)
            {
                await Task.Delay(100, cancel);
            }
        }
    }

    private static string? FindScript()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "scripts", "azurite") is var path && File.Exists(path)) return path;
        return null;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(
        string script, CancellationToken cancel, params string[] arguments)
    {
        var start =
            new ProcessStartInfo(script, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = ReadErrorsAsync(process.StandardError, cancel);
        var output = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, output, await error);
    }

    // What takes long says so on the way (a first installation): pass it on.
    private static async Task<string> ReadErrorsAsync(StreamReader reader, CancellationToken cancel)
    {
        var last = "";
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            await Console.Error.WriteLineAsync(line);
            last = line;
        }
        return last;
    }
}
