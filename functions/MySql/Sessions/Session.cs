using MySqlConnector;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.MySql.Errors;

namespace OrchestratorFunctions.MySql.Sessions;

/// <summary>
/// One open connection of ours. Every wait has its own end, because a cancellation token is not honoured while a hung
/// server owes us its greeting or an answer; what is given up is watched until it ends by itself and only then closed.
/// </summary>
internal sealed class Session
{
    // Our sessions are idle on purpose; UTC keeps time differences exact; the plain sql_mode reads literals as
    // Sql.Quote writes them.
    private const string Setup = "SET SESSION wait_timeout=31536000, time_zone='+00:00', sql_mode=''";

    private const string MySqlIdentity = "SELECT LOWER(@@server_uuid)";

    // As the probe puts it together (Probing/InstanceMapping).
    private const string MariaDbIdentity = "SELECT CONCAT(@@hostname, ':', @@port, ' ', @@datadir)";

    private readonly MySqlConnection connection;
    private readonly TimeProvider time;
    private readonly long openedAt;
    private string? identity;
    private int closed;

    private Session(MySqlConnection connection, TimeProvider time) =>
        (this.connection, this.time, openedAt) = (connection, time, time.GetTimestamp());

    /// <summary>For how long it has been open: when it answers, the server has run at least that long.</summary>
    public TimeSpan Age => time.GetElapsedTime(openedAt);

    /// <summary>The version as the server greeted; MariaDB puts a prefix before it.</summary>
    public string Greeting => connection.ServerVersion;

    public bool IsUsable => Volatile.Read(ref closed) == 0 && connection.State == System.Data.ConnectionState.Open;

    /// <summary>The server's number for this session, as its process list shows it.</summary>
    public int ServerThread => connection.ServerThread;

    public static async Task<Session> OpenAsync(
        string connectionString, TimeProvider time, TimeSpan timeout, CancellationToken cancel)
    {
        var connection = new MySqlConnection(connectionString);
        var opening = ConnectAsync(connection, timeout);
        try
        {
            await opening.WaitAsync(timeout, time, cancel);
            return new Session(connection, time);
        }
        catch
        {
            _ = CloseAfterAsync(opening, connection);
            throw;
        }
    }

    /// <summary>
    /// What tells the server at its other end from all others (<see cref="ServerIdentity.LastingOf"/>); asked once,
    /// since a session leads to one server for as long as it is open.
    /// </summary>
    public async Task<string> IdentityAsync(TimeSpan timeout, CancellationToken cancel) =>
        identity ??= await QueryAsync(
        Greeting.Contains("MariaDB", StringComparison.OrdinalIgnoreCase) ? MariaDbIdentity : MySqlIdentity,
        async reader => await reader.ReadAsync() && !reader.IsDBNull(0) ? reader.GetString(0) : "", timeout, cancel);

    /// <summary>Runs statements and reads their answers; gives the session up when that takes too long.</summary>
    public async Task<T> QueryAsync<T>(
        string sql, Func<MySqlDataReader, Task<T>> read, TimeSpan timeout, CancellationToken cancel)
    {
        var running = ReadAsync(sql, read, timeout);
        try
        {
            return await running.WaitAsync(timeout, time, cancel);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            if (!running.IsCompleted) Abandon(running);
            throw;
        }
    }

    public Task ExecuteAsync(string sql, TimeSpan timeout, CancellationToken cancel) =>
        QueryAsync(sql, DrainAsync, timeout, cancel);

    /// <summary>
    /// Sends statements and returns the answer's task, which nobody has to await: it ends with the answer, with the
    /// connection, or after <paramref name="limit"/>. The connection stays open meanwhile.
    /// </summary>
    public Task Send(string sql, TimeSpan limit) => ReadAsync(sql, DrainAsync, limit);

    /// <summary>The same for statements whose answer is read.</summary>
    public Task<T> Send<T>(string sql, Func<MySqlDataReader, Task<T>> read, TimeSpan limit) =>
        ReadAsync(sql, read, limit);

    /// <summary>Closes without waiting: a goodbye to a hung server would wait for room in its buffer.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref closed, 1) == 0) _ = CloseAfterAsync(Task.CompletedTask, connection);
    }

    /// <summary>Gives the session up while something runs on it; it is closed when that has ended.</summary>
    public void Abandon(Task running)
    {
        if (Interlocked.Exchange(ref closed, 1) == 0) _ = CloseAfterAsync(running, connection);
    }

    private static async Task ConnectAsync(MySqlConnection connection, TimeSpan timeout)
    {
        await GreetAsync(connection);
        await using var setup = new MySqlCommand(Setup, connection) { CommandTimeout = Seconds(timeout) };
        await setup.ExecuteNonQueryAsync(CancellationToken.None);
    }

    // What the driver makes of a greeting that is none; everywhere else these are mistakes of ours.
    private static async Task GreetAsync(MySqlConnection connection)
    {
        try
        {
            await connection.OpenAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is FormatException or NotSupportedException or OverflowException or ArgumentException)
        {
            throw new UnreadableGreetingException(e);
        }
    }

    private async Task<T> ReadAsync<T>(string sql, Func<MySqlDataReader, Task<T>> read, TimeSpan timeout)
    {
        await using var command = new MySqlCommand(sql, connection) { CommandTimeout = Seconds(timeout) };
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        return await read(reader);
    }

    private static async Task<bool> DrainAsync(MySqlDataReader reader)
    {
        while (await reader.NextResultAsync()) { }
        return true;
    }

    private static async Task CloseAfterAsync(Task running, MySqlConnection connection)
    {
        try
        {
            await Task.Yield();
            await running;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Nobody waits for this any more; whoever gave it up has said why.
        }
        try
        {
            await connection.DisposeAsync();
        }
        catch (Exception e) when (e is MySqlException or InvalidOperationException or IOException)
        {
            // It was broken already.
        }
    }

    // MySqlConnector counts whole seconds; one more than the caller waits, so that the caller's own end comes first.
    private static int Seconds(TimeSpan timeout) => (int)Math.Clamp(Math.Ceiling(timeout.TotalSeconds), 1, 1_000_000);
}
