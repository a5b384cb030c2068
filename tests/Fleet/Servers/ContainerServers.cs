using System.Globalization;
using MySqlConnector;
using OrchestratorFunctions.Fleet.State;

namespace OrchestratorFunctions.Fleet.Servers;

/// <summary>
/// Servers of the official images, where a Docker engine answers. Host networking keeps 127.0.0.1:port the one address
/// of a server for the host, the other servers and the tests, so this way is for Linux.
/// </summary>
/// <remarks>Not yet run against an engine.</remarks>
internal sealed class ContainerServers(FleetFolder folder, FleetSettings settings) : IServers
{
    public TimeSpan Patience => TimeSpan.FromMinutes(2);

    /// <summary>Pulls the image when it is not there, and says its version.</summary>
    /// <exception cref="FleetException">It cannot be had here (3).</exception>
    public static string Prepare(ServerKind kind)
    {
        if (!Docker.Answers) throw new FleetException(3, "--with docker: no Docker engine answers here.");
        if (Docker.Run("image", "inspect", kind.Image)) return kind.Version;
        Scripts.Say($"Pulling the image {kind.Image} (once) ...");
        return Docker.Run(TimeSpan.FromMinutes(10), "pull", "-q", kind.Image) ? kind.Version : throw new FleetException(3,
            $"{kind.Name} is not available here: the image {kind.Image} cannot be pulled; --with packages uses server packages instead.");
    }

    public async Task CreateAsync(int port, bool isPrimary, CancellationToken cancel)
    {
        var (kind, own) = (settings.Kind, folder.Of(port));
        var (lines, users) = (Path.Combine(own, "my.cnf"), Path.Combine(own, "users.sql"));
        Directory.CreateDirectory(own);
        await File.WriteAllLinesAsync(lines,
        [
            "[mysqld]", .. Configuration.Small(kind), .. Configuration.Replication(kind, port),
            .. settings.SemiSync ? Configuration.SemiSync(kind, isPrimary) : [],
        ], cancel);
        await File.WriteAllTextAsync(users, $"SET sql_log_bin=0;\n{await File.ReadAllTextAsync(kind.UsersFile, cancel)}", cancel);
        // Another account reads them in there.
        await Shell.OutputAsync("chmod", ["644", lines, users], cancel: cancel);
        // What a crashed run left.
        Remove(port);
        await Shell.OutputAsync("docker",
        [
            "run", "-d", "--name", NameOf(port), "--network", "host", "--label", $"orchestrator-fleet={settings.Name}",
            "-e", "MYSQL_ROOT_PASSWORD=root", "-e", "MARIADB_ROOT_PASSWORD=root",
            "-e", "MYSQL_INITDB_SKIP_TZINFO=1", "-e", "MARIADB_INITDB_SKIP_TZINFO=1",
            "-v", $"{lines}:/etc/mysql/conf.d/fleet.cnf:ro", "-v", $"{users}:/docker-entrypoint-initdb.d/users.sql:ro", kind.Image,
        ], cancel: cancel);
    }

    public Task LaunchAsync(int port) => Shell.OutputAsync("docker", ["start", NameOf(port)]);

    public Condition ConditionOf(int port) => Docker.Read("inspect", "-f", "{{.State.Status}}", NameOf(port)).Trim() switch
    {
        "running" => Condition.Alive, "paused" => Condition.Stopped, _ => Condition.Dead,
    };

    public int PidOf(int port) =>
        int.TryParse(Docker.Read("inspect", "-f", "{{.State.Pid}}", NameOf(port)).Trim(), CultureInfo.InvariantCulture, out var pid) ? pid : 0;

    // During its first start the image runs a server without a network, which this does not reach.
    public string? AddressOf(int port) => new MySqlConnectionStringBuilder { Server = "127.0.0.1", Port = (uint)port }.ConnectionString;

    public void Make(int port, Condition condition)
    {
        if (ConditionOf(port) == condition) return;
        if (condition == Condition.Dead) Docker.Run("unpause", NameOf(port));
        var verb = condition switch { Condition.Dead => "kill", Condition.Stopped => "pause", _ => "unpause" };
        if (!Docker.Run(verb, NameOf(port))) throw new FleetException(1, $"the server on port {port} cannot be told to {verb}.");
    }

    public string ReasonOf(int port) =>
        Docker.Read("logs", NameOf(port)).Split('\n').FirstOrDefault(l => l.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? "";

    public void Remove(int port) => Docker.Run("rm", "-f", "-v", NameOf(port));

    private string NameOf(int port) => $"orchestrator-fleet-{settings.Name}-{port}";
}
