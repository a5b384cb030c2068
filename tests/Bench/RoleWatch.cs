using System.Diagnostics;
using MySqlConnector;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Bench;

/// <summary>
/// Asks every server all the time whether it is writable, each on a connection of its own. super_read_only is on as soon as writes are
/// blocked; read_only follows when the commits that still wait there have ended.
/// </summary>
internal sealed class RoleWatch : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(8);

    /// <summary>After a refusal: asking a dead server all the time would take from the living what is measured on them.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(25);

    private readonly CancellationTokenSource stop = new();
    private readonly List<(FleetServer On, long AskedAt, long AnsweredAt, bool Writable)> answers = [];
    private readonly Task running;

    public RoleWatch(IEnumerable<FleetServer> servers) => running = Task.WhenAll(servers.Select(s => Task.Run(() => AskAsync(s))));

    /// <summary>When a server other than the given one first answered that it is writable, after an instant.</summary>
    public long? FirstWritableAfter(FleetServer old, long start)
    {
        lock (answers) return answers.Where(a => a.On != old && a.Writable && a.AskedAt >= start).Select(a => (long?)a.AnsweredAt).FirstOrDefault();
    }

    /// <summary>For how long after an instant a server still answered that it is writable (zero when it never did).</summary>
    public TimeSpan WritableAfter(FleetServer server, long start)
    {
        lock (answers)
        {
            var last = answers.Where(a => a.On == server && a.Writable && a.AnsweredAt >= start).Select(a => a.AnsweredAt).DefaultIfEmpty(start).Max();
            return Stopwatch.GetElapsedTime(start, last);
        }
    }

    /// <summary>Whether a server has answered since an instant.</summary>
    public bool AnsweredSince(FleetServer server, long start)
    {
        lock (answers) return answers.Any(a => a.On == server && a.AnsweredAt >= start);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        // A frozen server may leave one question open for ever.
        await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(2)));
    }

    private async Task AskAsync(FleetServer server)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = await server.OpenAsync();
                await using var query = new MySqlCommand("SELECT @@global.read_only OR @@global.super_read_only", connection) { CommandTimeout = 0 };
                while (!stop.IsCancellationRequested)
                {
                    var asked = Stopwatch.GetTimestamp();
                    var writable = Convert.ToInt32(await query.ExecuteScalarAsync()) == 0;
                    lock (answers) answers.Add((server, asked, Stopwatch.GetTimestamp(), writable));
                    await Task.Delay(Pause);
                }
            }
            catch (Exception e) when (e is MySqlException or InvalidOperationException or IOException)
            {
                await Task.Delay(Retry);
            }
        }
    }
}
