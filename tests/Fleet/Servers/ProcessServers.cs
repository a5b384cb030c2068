using System.Globalization;
using MySqlConnector;
using OrchestratorFunctions.Fleet.State;

namespace OrchestratorFunctions.Fleet.Servers;

/// <summary>Servers of unpacked packages, each a process of this machine that outlives whoever starts it.</summary>
internal sealed class ProcessServers(FleetFolder folder, FleetSettings settings) : IServers
{
    public const string SocketsPrefix = "orchestrator-fleet.";

    // In a session of its own: what ends the starter ends no server. What the starter's shell has open is closed, since a
    // server that kept a lock or a pipe would make somebody wait. The number is written before the server begins.
    private const string Detach = """
        for fd in /proc/$$/fd/*; do fd=${fd##*/}; if [ "$fd" -gt 2 ]; then exec {fd}>&-; fi; done
        cd /; printf "%s\n" $$ >"$1"; log=$2; shift 2; exec "$@" </dev/null >>"$log" 2>&1
        """;

    private readonly string root = RootOf(settings.Kind);

    public TimeSpan Patience => TimeSpan.FromMinutes(1);

    /// <summary>Fetches and unpacks the server when the cache does not have it whole, and says its version.</summary>
    /// <exception cref="FleetException">It cannot be had here (3).</exception>
    public static async Task<string> PrepareAsync(ServerKind kind, CancellationToken cancel)
    {
        var root = RootOf(kind);
        if (!File.Exists(Path.Combine(root, "complete"))) await Scripts.UnpackAsync(kind.Name, cancel);
        await new Template(kind, root).PrepareAsync(cancel);
        return (await File.ReadAllTextAsync(Path.Combine(root, "version"), cancel)).Trim();
    }

    public async Task CreateAsync(int port, bool isPrimary, CancellationToken cancel)
    {
        var (kind, own, data) = (settings.Kind, folder.Of(port), folder.DataOf(port));
        var template = new Template(kind, root);
        Directory.CreateDirectory(own);
        await File.WriteAllLinesAsync(Path.Combine(own, "my.cnf"),
        [
            .. template.Lines, .. Configuration.Replication(kind, port), .. settings.SemiSync ? Configuration.SemiSync(kind, isPrimary) : [],
            $"socket={SocketOf(port)}", $"datadir={data}", $"log-error={LogOf(port)}", $"pid-file={Path.Combine(own, "server.pid")}",
        ], cancel);
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
        await template.CopyToAsync(data, cancel);
        if (!kind.IsMariaDb) await File.WriteAllTextAsync(Path.Combine(data, "auto.cnf"), $"[auto]\nserver-uuid={kind.UuidOf(port)}\n", cancel);
        await LaunchAsync(port);
    }

    public async Task LaunchAsync(int port)
    {
        var own = folder.Of(port);
        Directory.CreateDirectory(settings.Sockets);
        foreach (var left in (string[])[SocketOf(port), $"{SocketOf(port)}.lock", Path.Combine(own, "server.pid"), Path.Combine(own, "pid")])
            File.Delete(left);
        await Shell.OutputAsync("setsid",
        [
            "--fork", "bash", "-c", Detach, "detach", Path.Combine(own, "pid"), LogOf(port), Path.Combine(root, "bin/mysqld"),
            // The data directory is on the command line too: it is how a process is recognised as ours.
            $"--defaults-file={Path.Combine(own, "my.cnf")}", $"--datadir={folder.DataOf(port)}",
        ]);
    }

    public Condition ConditionOf(int port) => ProcessOf(port).Condition;

    public int PidOf(int port) => ProcessOf(port).Pid ?? 0;

    public string? AddressOf(int port) => !File.Exists(SocketOf(port)) ? null : new MySqlConnectionStringBuilder
    {
        Server = SocketOf(port), ConnectionProtocol = MySqlConnectionProtocol.UnixSocket,
    }.ConnectionString;

    public void Make(int port, Condition condition) => ProcessOf(port).Become(condition);

    public string ReasonOf(int port)
    {
        var log = LogOf(port);
        var line = File.Exists(log) ? File.ReadLines(log).FirstOrDefault(l => l.Contains("[ERROR]", StringComparison.Ordinal)) ?? "" : "";
        const int Longest = 200;
        return line.Length > Longest ? line[..Longest] : line;
    }

    public void Remove(int port) => ProcessOf(port).Become(Condition.Dead);

    private static string RootOf(ServerKind kind) => Path.Combine(Places.Cache, "servers", kind.Name);

    private OwnProcess ProcessOf(int port) => new(folder.DataOf(port));

    private string SocketOf(int port) => Path.Combine(settings.Sockets, port.ToString(CultureInfo.InvariantCulture));

    private string LogOf(int port) => Path.Combine(folder.Of(port), "error.log");
}
