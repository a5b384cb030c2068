using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;

namespace OrchestratorFunctions.Local;

/// <summary>
/// The storage emulator of this machine: started by the first process that needs it and shared by all of the user's
/// processes. It outlives them, so that the next command finds it running, and ends when nobody has used it for
/// <see cref="IdleMost"/>. Its data stays between runs.
/// </summary>
public sealed class Emulator : IAsyncDisposable
{
    /// <summary>For so long it runs on without anybody.</summary>
    public static readonly TimeSpan IdleMost = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(1);

    private readonly string usersFile;
    private FileStream? use;

    private Emulator(string usersFile, FileStream use, string connectionString) =>
        (this.usersFile, this.use, ConnectionString) = (usersFile, use, connectionString);

    public string ConnectionString { get; }

    /// <summary>Joins it, or starts it.</summary>
    /// <param name="name">Which one; each has data of its own.</param>
    /// <param name="idleMost">For tests: instead of <see cref="IdleMost"/>.</param>
    /// <exception cref="EmulatorException">It cannot be had here; the message says what is missing.</exception>
    public static async Task<Emulator> JoinAsync(string name, CancellationToken cancel, TimeSpan? idleMost = null)
    {
        var users = Path.Combine(Directory.CreateDirectory(StateDirectory).FullName, $"{name}.users");
        var use = await ShareAsync(users, cancel);
        try
        {
            Touch(users);
            var running = await FindRunningAsync(name, cancel);
            return new Emulator(users, use, running ?? await StartAsync(name, idleMost ?? IdleMost, cancel));
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
        Touch(usersFile);
        await use.DisposeAsync();
        use = null;
    }

    // While we share the file of its users it is not ended, so what answers now stays.
    private static async Task<string?> FindRunningAsync(string name, CancellationToken cancel)
    {
        var said = Path.Combine(StateDirectory, "azurite", name, "azurite.json");
        try
        {
            var (connection, port) = Read(await File.ReadAllTextAsync(said, cancel));
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(AnswersWithin);
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, limit.Token);
            return connection;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or SocketException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task<string> StartAsync(string name, TimeSpan idleMost, CancellationToken cancel)
    {
        var script = FindScript() ?? throw new EmulatorException(
            "no storage account is configured, and scripts/azurite, which emulates one, is not near this program; "
            + "set Storage:ConnectionString or Storage:AccountName");
        var (code, output, error) = await RunAsync(
            script, cancel, "up", "--reuse", "--keep-data", "--json", "--name", name,
            "--idle", $"{Math.Max(1, (int)idleMost.TotalSeconds)}");
        if (code != 0) throw new EmulatorException($"the storage emulator did not start: {error.Trim().TrimEnd('.')}");
        return Read(output).Connection;
    }

    private static (string Connection, int TablePort) Read(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        var root = json.RootElement;
        return (root.GetProperty("connectionString").GetString()!, root.GetProperty("tablePort").GetInt32());
    }

    // Where the scripts keep their state too.
    private static string StateDirectory =>
        Variable("ORCHESTRATOR_STATE") ?? Path.Combine(
            Variable("XDG_STATE_HOME") ?? Path.Combine(Home, ".local", "state"), "orchestrator-functions");

    private static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static void Touch(string users) =>
        File.SetLastWriteTimeUtc(users, TimeProvider.System.GetUtcNow().UtcDateTime);

    // What ends an unused one holds the file alone for a moment.
    private static async Task<FileStream> ShareAsync(string path, CancellationToken cancel)
    {
        for (var turn = 0; ; turn++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);
            }
            catch (IOException) when (turn < 200)
            {
                await Task.Delay(100, cancel);
            }
        }
    }

    // Beside a published program, or at the root of the sources.
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
