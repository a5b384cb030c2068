using System.Globalization;
using System.Text.Json;

namespace OrchestratorFunctions.Fleet;

/// <summary>An Azurite of its own for a test, in memory, with blobs, queues and tables on free ports.</summary>
public sealed class AzuriteServer : IAsyncDisposable
{
    private static readonly Lazy<Task<AzuriteServer>> Shared = new(StartAsync);
    private readonly string _name;

    private AzuriteServer(string name, string connectionString)
    {
        _name = name;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    public static async Task<AzuriteServer> StartAsync()
    {
        var name = Scripts.UniqueName();
        Scripts.TakeDownAtExit("azurite " + name, () => TakeDown(name));
        using var answer = JsonDocument.Parse(await Scripts.RunAsync(
            "azurite", "up", "--json", "--in-memory", "--name", name,
            "--owner-pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        return new AzuriteServer(name, answer.RootElement.GetProperty("connectionString").GetString()!);
    }

    /// <summary>One instance for the whole process, shut down at its exit; do not dispose it.</summary>
    public static Task<AzuriteServer> SharedAsync() => Shared.Value;

    public void Kill() => Scripts.Run("azurite", "kill", "--name", _name);

    public void Stop() => Scripts.Run("azurite", "stop", "--name", _name);

    public void Continue() => Scripts.Run("azurite", "cont", "--name", _name);

    public async ValueTask DisposeAsync() => await Task.Run(() => TakeDown(_name));

    private static void TakeDown(string name)
    {
        Scripts.Forget("azurite " + name);
        Scripts.Run("azurite", "down", "--name", name);
    }
}
