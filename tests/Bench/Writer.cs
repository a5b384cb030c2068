using System.Collections.Concurrent;
using System.Diagnostics;
using MySqlConnector;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Bench;

/// <summary>
/// A client that writes one row after another and follows the primary: after an error it asks all servers which one is writable.
/// Remembers what was acknowledged and when.
/// </summary>
internal sealed class Writer(IReadOnlyList<FleetServer> servers) : IAsyncDisposable
{
    /// <summary>How long a write may go unanswered before the client looks around.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1), Tick = TimeSpan.FromMilliseconds(2);

    /// <summary>How often a client without a primary looks around, and when it tries again a server that could not be reached.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(8), Retry = TimeSpan.FromMilliseconds(25);

    private readonly CancellationTokenSource stop = new();
    private readonly List<(long Id, long At, FleetServer On)> acknowledged = [];
    private readonly ConcurrentDictionary<FleetServer, MySqlConnection> asking = new();
    private Task running = Task.CompletedTask;

    public int Count
    {
        get { lock (acknowledged) return acknowledged.Count; }
    }

    public async Task StartAsync(FleetServer primary)
    {
        await primary.ExecuteAsync("CREATE TABLE IF NOT EXISTS app.writes (id BIGINT PRIMARY KEY, at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6))");
        // A client that has been up for a while has asked around before, and has met a server that is away.
        for (var turn = 0; turn < 20; turn++) await Task.WhenAll(servers.Select(IsWritableAsync));
        await MeetNobodyAsync();
        running = Task.Run(() => WriteAsync(primary));
    }

    /// <summary>The first write acknowledged by another server than the given one, after an instant.</summary>
    public long? FirstOnAnother(FleetServer old, long after)
    {
        lock (acknowledged) return acknowledged.Where(a => a.On != old && a.At >= after).Select(a => (long?)a.At).FirstOrDefault();
    }

    /// <summary>Time between the last write acknowledged by a server and the first one by another.</summary>
    public TimeSpan? Outage(FleetServer old)
    {
        lock (acknowledged)
        {
            var last = acknowledged.FindLastIndex(a => a.On == old);
            return last < 0 || last == acknowledged.Count - 1 ? null : Stopwatch.GetElapsedTime(acknowledged[last].At, acknowledged[last + 1].At);
        }
    }

    /// <summary>Acknowledged rows that a server does not have.</summary>
    public async Task<long> LostAsync(FleetServer on)
    {
        var there = (await on.QueryAsync("SELECT id FROM app.writes")).Select(r => Convert.ToInt64(r["id"])).ToHashSet();
        lock (acknowledged) return acknowledged.Count(a => !there.Contains(a.Id));
    }

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var connection in asking.Values) connection.Dispose();
        stop.Dispose();
    }

    private static async Task MeetNobodyAsync()
    {
        try
        {
            await using var connection = new MySqlConnection("Server=127.0.0.1;Port=1;User ID=app;Pooling=false;Connection Timeout=1");
            await connection.OpenAsync();
        }
        catch (MySqlException)
        {
            // As expected.
        }
    }

    private async Task WriteAsync(FleetServer? target)
    {
        MySqlConnection? connection = null;
        for (long id = 1; !stop.IsCancellationRequested; id++)
        {
            try
            {
                target ??= await FindWritableAsync();
                connection ??= await Within(target.OpenAsync("app"));
                await using var insert = new MySqlCommand($"INSERT INTO app.writes (id) VALUES ({id})", connection);
                await Within(insert.ExecuteNonQueryAsync());
                lock (acknowledged) acknowledged.Add((id, Stopwatch.GetTimestamp(), target));
                await Task.Delay(Tick);
            }
            catch (Exception e) when (e is MySqlException or TimeoutException or IOException or InvalidOperationException)
            {
                var left = connection;
                _ = Task.Run(() => left?.Dispose());
                (connection, target) = (null, null);
            }
        }
        connection?.Dispose();
    }

    // A server that does not answer holds nobody up: it is asked again when its question has ended.
    private async Task<FleetServer> FindWritableAsync()
    {
        var asked = new Dictionary<FleetServer, Task<bool>>();
        while (!stop.IsCancellationRequested)
        {
            foreach (var server in servers) asked.TryAdd(server, IsWritableAsync(server));
            await Task.WhenAny([.. asked.Values, Task.Delay(20)]);
            foreach (var (server, answer) in asked.Where(a => a.Value.IsCompleted).ToArray())
            {
                if (await answer) return server;
                asked.Remove(server);
            }
            await Task.Delay(Turn);
        }
        throw new TimeoutException("stopped");
    }

    // Connections to ask on are kept: opening one costs the servers more than the question.
    private async Task<bool> IsWritableAsync(FleetServer server)
    {
        asking.TryRemove(server, out var connection);
        try
        {
            connection ??= await server.OpenAsync("app").WaitAsync(TimeSpan.FromMilliseconds(500));
            await using var query = new MySqlCommand("SELECT @@global.read_only", connection);
            var isWritable = Convert.ToInt32(await query.ExecuteScalarAsync().WaitAsync(TimeSpan.FromMilliseconds(500))) == 0;
            asking[server] = connection;
            return isWritable;
        }
        catch (Exception e) when (e is MySqlException or TimeoutException or IOException or InvalidOperationException)
        {
            _ = Task.Run(() => connection?.Dispose());
            await Task.Delay(Retry);
            return false;
        }
    }

    private static async Task<T> Within<T>(Task<T> task)
    {
        try
        {
            return await task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            _ = task.ContinueWith(t => _ = t.Exception, TaskScheduler.Default);
            throw;
        }
    }
}
