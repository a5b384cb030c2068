using System.Net;
using System.Net.Sockets;
using System.Text;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using MySqlConnector;

namespace OrchestratorFunctions.Fleet;

/// <summary>A fleet of official MySQL images through Testcontainers, where a Docker engine answers.</summary>
/// <remarks>
/// Not yet run against an engine. Host networking keeps 127.0.0.1:port the one address of a server for the tests and
/// for the other servers, so this needs Linux. MySQL 5.7 and MariaDB, with their older words, go through scripts/fleet.
/// </remarks>
internal sealed class ContainerFleet : IAsyncDisposable
{
    private readonly List<IContainer> _containers = [];
    private readonly List<FleetServer> _servers = [];
    private readonly FleetRequest _request;

    private ContainerFleet(FleetRequest request) => _request = request;

    public string Kind => $"docker {Image}";

    public IReadOnlyList<FleetServer> Servers => _servers;

    private string Image => "mysql:" + _request.Server["mysql-".Length..];

    public static bool CanRun(FleetRequest request) =>
        request.Server.StartsWith("mysql-", StringComparison.Ordinal) && request.Server != "mysql-5.7" && Docker.Answers;

    public static async Task<ContainerFleet> StartAsync(FleetRequest request)
    {
        var fleet = new ContainerFleet(request);
        try
        {
            foreach (var port in FreePorts(request.Replicas + 1))
                fleet.Add(port);
            await Task.WhenAll(fleet._containers.Select(container => container.StartAsync()));
            foreach (var server in fleet._servers)
                await fleet.PrepareAsync(server);
            await fleet.ConnectAsync();
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var container in _containers)
            await container.DisposeAsync();
    }

    private void Add(int port)
    {
        var users = "SET sql_log_bin=0;\n" + File.ReadAllText(Path.Combine(Scripts.Root, "scripts/lib/users/mysql.sql"));
        var container = new ContainerBuilder(Image)
            .WithCreateParameterModifier(parameters => (parameters.HostConfig ??= new()).NetworkMode = "host")
            .WithEnvironment("MYSQL_ROOT_PASSWORD", "root")
            .WithEnvironment("MYSQL_INITDB_SKIP_TZINFO", "1")
            .WithResourceMapping(Encoding.UTF8.GetBytes(users), "/docker-entrypoint-initdb.d/users.sql")
            .WithCommand(Options(port))
            .Build();
        var server = new FleetServer("127.0.0.1", port, "", new Control(container, () => AwaitAsync(_servers.First(one => one.Port == port))));
        _containers.Add(container);
        _servers.Add(server);
    }

    private string[] Options(int port)
    {
        List<string> options =
        [
            $"--port={port}", $"--server-id={port}", $"--report-port={port}", "--report-host=127.0.0.1", "--bind-address=127.0.0.1",
            "--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--log-bin=binlog", "--relay-log=relay", "--replica-net-timeout=4",
            "--skip-name-resolve", "--performance-schema=OFF", "--mysqlx=OFF", "--max-connections=60",
            "--innodb-buffer-pool-size=8M", "--innodb-flush-log-at-trx-commit=2", "--sync-binlog=0",
        ];
        if (_request.SemiSync)
            options.AddRange(
            [
                "--plugin-load-add=semisync_source.so", "--plugin-load-add=semisync_replica.so",
                "--loose-rpl-semi-sync-source-timeout=100000000", "--loose-rpl-semi-sync-source-wait-point=AFTER_SYNC",
                $"--loose-rpl-semi-sync-replica-enabled={(_servers.Count == 0 ? "OFF" : "ON")}",
            ]);
        return [.. options];
    }

    private async Task PrepareAsync(FleetServer server)
    {
        await AwaitAsync(server);
        server.ServerUuid = await server.ScalarAsync<string>("SELECT @@server_uuid") ?? "";
        // The image writes to its binary log while it sets itself up; a fleet starts with an empty GTID set.
        await server.ExecuteAsync(_request.Server == "mysql-8.0" ? "RESET MASTER" : "RESET BINARY LOGS AND GTIDS");
    }

    private async Task ConnectAsync()
    {
        var primary = _servers[0];
        if (_request.SemiSync)
            await primary.ExecuteAsync("SET GLOBAL rpl_semi_sync_source_enabled=ON");
        for (var index = 1; index < _servers.Count; index++)
            await _servers[index].ExecuteAsync($"""
                CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT={_servers[_request.Chain ? index - 1 : 0].Port},
                SOURCE_USER='repl', SOURCE_PASSWORD='repl', SOURCE_CONNECT_RETRY=1, SOURCE_RETRY_COUNT=86400,
                SOURCE_HEARTBEAT_PERIOD=1, GET_SOURCE_PUBLIC_KEY=1, SOURCE_AUTO_POSITION=1;
                SET GLOBAL super_read_only=ON;
                START REPLICA
                """);
        if (_request.SemiSync && _request.Replicas == 0)
            return;
        await primary.ExecuteAsync("CREATE DATABASE app");
        var executed = await primary.ScalarAsync<string>("SELECT @@GLOBAL.gtid_executed");
        foreach (var replica in _servers.Skip(1))
            if (await replica.ScalarAsync<long>($"SELECT WAIT_FOR_EXECUTED_GTID_SET('{executed}', 20)") != 0)
                throw new InvalidOperationException($"The replica {replica.Key} does not receive what the primary writes.");
    }

    /// <summary>The server of the image's first start has no network, so an answer means the final one.</summary>
    private static async Task AwaitAsync(FleetServer server)
    {
        for (var end = DateTime.UtcNow.AddMinutes(2); ; await Task.Delay(250))
            try
            {
                await using var connection = await server.OpenAsync();
                return;
            }
            catch (MySqlException) when (DateTime.UtcNow < end)
            {
                // not yet
            }
    }

    private static List<int> FreePorts(int count)
    {
        // All are held at once, so that they differ; the system does not hand them out again at once.
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).Order().ToList();
        listeners.ForEach(listener => listener.Stop());
        return ports;
    }

    private sealed class Control(IContainer container, Func<Task> awaitServer) : IServerControl
    {
        public bool IsRunning => container.State == TestcontainersStates.Running;

        public void Kill() => Docker.Kill(container.Id);

        public void Stop() => Task.Run(() => container.PauseAsync()).GetAwaiter().GetResult();

        public void Continue() => Task.Run(() => container.UnpauseAsync()).GetAwaiter().GetResult();

        public async Task RestartAsync()
        {
            await container.StartAsync();
            await awaitServer();
        }
    }
}
