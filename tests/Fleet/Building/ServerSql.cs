using System.Diagnostics;
using System.Globalization;
using MySqlConnector;
using OrchestratorFunctions.Fleet.Servers;

namespace OrchestratorFunctions.Fleet.Building;

/// <summary>Statements as the account admin of a server, on a connection of their own.</summary>
internal static class ServerSql
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    /// <summary>The first column of the last result; null when there is none.</summary>
    /// <exception cref="FleetException">The server does not answer, or refuses.</exception>
    public static async Task<string?> AskAsync(this IServers servers, int port, string sql, TimeSpan? patience = null)
    {
        var row = await servers.RowAsync(port, sql, patience);
        return row.Length == 0 ? null : row[0].Value;
    }

    /// <summary>The first row; empty when there is none.</summary>
    /// <exception cref="FleetException">The server does not answer, or refuses.</exception>
    public static async Task<(string Name, string? Value)[]> RowAsync(this IServers servers, int port, string sql, TimeSpan? patience = null)
    {
        try
        {
            await using var connection = await OpenAsync(servers, port, patience ?? Patience);
            await using var command = new MySqlCommand(sql, connection);
            await using var reader = await command.ExecuteReaderAsync();
            if (!await reader.ReadAsync()) return [];
            return [.. Enumerable.Range(0, reader.FieldCount).Select(i =>
                (reader.GetName(i), reader.IsDBNull(i) ? null : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture)))];
        }
        catch (MySqlException e)
        {
            throw new FleetException(1, $"the server on port {port} answers {e.Message} to: {sql}");
        }
    }

    /// <summary>Null when it did not answer.</summary>
    public static async Task<string?> TryAskAsync(this IServers servers, int port, string sql, TimeSpan patience)
    {
        try
        {
            return await servers.AskAsync(port, sql, patience);
        }
        catch (FleetException)
        {
            return null;
        }
    }

    /// <summary>Null when it answers; else why not: it is dead, or did not answer in time.</summary>
    public static async Task<string?> AwaitAsync(this IServers servers, int port, CancellationToken cancel)
    {
        // A process that becomes another program (exec) has no command line for a moment, and so passes for dead.
        const int Enough = 10;
        var pause = TimeSpan.FromMilliseconds(20);
        var began = Stopwatch.StartNew();
        var (why, dead) = ("", 0);
        while (began.Elapsed < servers.Patience && dead < Enough)
        {
            dead = servers.ConditionOf(port) == Condition.Dead ? dead + 1 : 0;
            try
            {
                await servers.AskAsync(port, "SELECT 1", TimeSpan.FromSeconds(5));
                return null;
            }
            catch (FleetException e)
            {
                why = e.Message;
            }
            await Task.Delay(pause, cancel);
        }
        if (servers.ReasonOf(port) is { Length: > 0 } reason) return reason;
        return why.Length > 0 ? why : "it ended before it was asked, and says nothing";
    }

    private static async Task<MySqlConnection> OpenAsync(IServers servers, int port, TimeSpan patience)
    {
        // On a socket a server takes a password that it does not know yet only as it is, which this client sends over TLS alone.
        var address = new MySqlConnectionStringBuilder(servers.AddressOf(port) ?? throw new FleetException(1, $"the server on port {port} is not there yet"))
        {
            UserID = "admin", Password = "admin", SslMode = MySqlSslMode.Preferred, AllowPublicKeyRetrieval = true, Pooling = false,
            ConnectionTimeout = (uint)Math.Ceiling(patience.TotalSeconds), DefaultCommandTimeout = (uint)Math.Ceiling(patience.TotalSeconds),
            CancellationTimeout = -1,
        };
        return await FleetServer.OpenConnectionAsync(address.ConnectionString);
    }
}
