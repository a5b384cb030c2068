using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MySqlConnector;

namespace OrchestratorFunctions.Fleet;

/// <summary>One real server of a fleet: its address, SQL on it, and the faults a test makes on it.</summary>
public sealed class FleetServer
{
    private readonly IServerControl _control;

    internal FleetServer(string host, int port, string serverUuid, IServerControl control)
    {
        Host = host;
        Port = port;
        ServerUuid = serverUuid;
        _control = control;
    }

    public string Host { get; }

    public int Port { get; }

    public string Key => $"{Host}:{Port}";

    /// <summary>The server_uuid; empty for MariaDB, which has none.</summary>
    public string ServerUuid { get; internal set; }

    public bool IsRunning => _control.IsRunning;

    /// <summary>The connection string of one of the accounts admin, app, repl and orchestrator.</summary>
    public string ConnectionString(string user = "admin", string? password = null) => new MySqlConnectionStringBuilder
    {
        Server = Host,
        Port = (uint)Port,
        UserID = user,
        Password = password ?? user,
        SslMode = MySqlSslMode.None,
        AllowPublicKeyRetrieval = true,
        Pooling = false,
        AllowUserVariables = true,
        ConnectionTimeout = 5,
        DefaultCommandTimeout = 30,
        CancellationTimeout = -1,
    }.ConnectionString;

    public Task<MySqlConnection> OpenAsync(string user = "admin") => OpenConnectionAsync(ConnectionString(user));

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new MySqlCommand(sql, connection);
        var value = await command.ExecuteScalarAsync();
        if (value is null or DBNull)
            return default;
        return value is T exact
            ? exact
            : (T)Convert.ChangeType(value, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), CultureInfo.InvariantCulture);
    }

    public async Task<IReadOnlyList<Dictionary<string, object?>>> QueryAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new MySqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<Dictionary<string, object?>>();
        while (await reader.ReadAsync())
        {
            var row = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
            for (var field = 0; field < reader.FieldCount; field++)
                row[reader.GetName(field)] = reader.IsDBNull(field) ? null : reader.GetValue(field);
            rows.Add(row);
        }
        return rows;
    }

    /// <summary>SIGKILL; the process is gone when this returns.</summary>
    public void Kill() => _control.Kill();

    /// <summary>SIGSTOP; the port still accepts connections and nothing answers.</summary>
    public void Stop() => _control.Stop();

    /// <summary>SIGCONT.</summary>
    public void Continue() => _control.Continue();

    /// <summary>Starts it again with the data it has, writable, and waits until it answers.</summary>
    public Task RestartAsync() => _control.RestartAsync();

    /// <summary>
    /// Kills it, adds lines to its configuration file and starts it again. Only for a server that is a process here.
    /// </summary>
    public async Task ConfigureAsync(params string[] lines)
    {
        Kill();
        await File.AppendAllLinesAsync(_control.ConfigurationFile, lines);
        await RestartAsync();
    }

    /// <summary>The same server and data at another port, as a pod that is moved; this address answers no more.</summary>
    public async Task<FleetServer> MoveAsync()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        await ConfigureAsync($"port={port}", $"report_port={port}");
        return new FleetServer(Host, port, ServerUuid, _control);
    }

    public override string ToString() => Key;

    internal static async Task<MySqlConnection> OpenConnectionAsync(string connectionString)
    {
        var connection = new MySqlConnection(connectionString);
        try
        {
            await connection.OpenAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
