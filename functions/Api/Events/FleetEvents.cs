using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Api.Events;

/// <summary>
/// Tells listeners what changes. One picture is taken each second for all of them, as long as somebody listens and a
/// while longer, so that who comes back goes on where it was. Safe for several threads.
/// </summary>
internal sealed class FleetEvents(ApiContext api, FleetPicture picture)
{
    public static readonly TimeSpan Each = TimeSpan.FromSeconds(1);

    /// <summary>Where nothing changes a tick comes so often, and recoveries are read so often.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromSeconds(5);

    /// <summary>More listeners than this are turned away.</summary>
    public const int ListenersMost = 64;

    /// <summary>So many events are kept for who comes back; who missed more begins anew.</summary>
    public const int KeptMost = 8192;

    /// <summary>Recoveries that are followed; the newest.</summary>
    private const int RecoveriesMost = 50;

    private static readonly TimeSpan RestsAfter = TimeSpan.FromMinutes(1);

    private readonly Lock entry = new();
    private readonly string feed = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
    private readonly Queue<FleetEvent> kept = [];
    private readonly Dictionary<ClusterId, int> followed = [];
    private TaskCompletionSource news = NewNews(), begins = NewNews();
    private long first = 1;
    private int listeners;
    private long leftAt;
    private long? calmSince;
    private bool isRunning, isStale, hasNewcomer;

    /// <summary>The number of the newest event; events are numbered from 1.</summary>
    private long Newest => first + kept.Count - 1;

    /// <summary>Null when too many listen already. Whoever has one disposes it.</summary>
    /// <param name="cluster">The cluster whose servers it listens to; null for none.</param>
    public Listener? TryListen(ClusterId? cluster)
    {
        lock (entry)
        {
            if (listeners >= ListenersMost) return null;
            listeners++;
            if (cluster is { } one) followed[one] = followed.GetValueOrDefault(one) + 1;
            if (!isRunning) _ = RunAsync();
            isRunning = hasNewcomer = true;
            return new Listener(this, cluster, begins.Task);
        }
    }

    /// <summary>The number behind which a listener goes on; null when what it missed is not known here.</summary>
    /// <param name="id">What <see cref="IdOf"/> said to it last.</param>
    public long? NumberOf(string id, ClusterId? cluster)
    {
        var parts = id.Split('/');
        if (parts.Length != 3 || parts[0] != feed || parts[2] != (cluster?.Value ?? "")) return null;
        if (!long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        lock (entry) return number >= first - 1 && number <= Newest ? number : null;
    }

    /// <param name="cluster">What it listens to: another listener was not told the same.</param>
    public string IdOf(long number, ClusterId? cluster) =>
        string.Create(CultureInfo.InvariantCulture, $"{feed}/{number}/{cluster?.Value}");

    /// <summary>
    /// The events behind a number, and when there will be more; null when some of them are not kept any more.
    /// </summary>
    /// <param name="number">Null for the newest.</param>
    public (long From, FleetEvent[] Events, Task More)? After(long? number)
    {
        lock (entry)
        {
            var from = number ?? Newest;
            if (from < first - 1) return null;
            return (from, [.. kept.Skip((int)(from - first + 1))], news.Task);
        }
    }

    private async Task RunAsync()
    {
        // Whoever listens does not wait for the first look at all clusters in its own request.
        await Task.Yield();
        while (IsWanted())
        {
            var (begun, isAwaited) = Begin();
            Tell(await ReadAsync(isAwaited));
            begun.SetResult();
            await Task.Delay(Each, api.Time);
        }
    }

    // Who comes while a picture is taken may have come too late for it: it waits for the next one.
    private (TaskCompletionSource Begun, bool IsAwaited) Begin()
    {
        lock (entry)
        {
            var (begun, isAwaited) = (begins, hasNewcomer);
            (begins, hasNewcomer) = (NewNews(), false);
            return (begun, isAwaited);
        }
    }

    private bool IsWanted()
    {
        lock (entry) return isRunning = listeners > 0 || api.Time.GetElapsedTime(leftAt) < RestsAfter;
    }

    // Nothing is known while storage is away; what comes back is told then.
    private async Task<IReadOnlyList<FleetEvent>> ReadAsync(bool isAwaited)
    {
        try
        {
            List<FleetEvent> changes =
                [.. picture.Take(await api.Fleet.ReadAllAsync(CancellationToken.None), IsFollowed)];
            var isCalm = calmSince is { } since && api.Time.GetElapsedTime(since) < Calm;
            if (changes.Count == 0 && isCalm && !isAwaited && !isStale && !picture.IsRecovering) return [];
            changes.AddRange(
                picture.Take(await api.Recoveries.ReadRecentAsync(null, RecoveriesMost, CancellationToken.None)));
            (isStale, calmSince) = (false, api.Time.GetTimestamp());
            return [.. changes, Of(EventKinds.Tick, new { At = api.Time.GetUtcNow() })];
        }
        catch (Exception e)
        {
            if (!isStale) api.Log.NothingToTell(e);
            isStale = true;
            var says = $"the clusters could not be read ({e.GetType().Name})";
            return [Of(EventKinds.Stale, new { At = api.Time.GetUtcNow(), Says = says })];
        }
    }

    private bool IsFollowed(ClusterId cluster)
    {
        lock (entry) return followed.ContainsKey(cluster);
    }

    private void Tell(IReadOnlyList<FleetEvent> events)
    {
        if (events.Count == 0) return;
        TaskCompletionSource told;
        lock (entry)
        {
            foreach (var one in events) kept.Enqueue(one);
            for (; kept.Count > KeptMost; first++) kept.Dequeue();
            (told, news) = (news, NewNews());
        }
        told.SetResult();
    }

    private void Leave(ClusterId? cluster)
    {
        lock (entry)
        {
            (listeners, leftAt) = (listeners - 1, api.Time.GetTimestamp());
            if (cluster is { } one && --followed[one] == 0) followed.Remove(one);
        }
    }

    private static TaskCompletionSource NewNews() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static FleetEvent Of(string kind, object value) =>
        new(kind, null, JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), CoreJson.Options));

    /// <summary>Somebody who listens.</summary>
    /// <param name="begins">Done when a picture was told that was begun after it came.</param>
    internal sealed class Listener(FleetEvents events, ClusterId? cluster, Task begins) : IDisposable
    {
        private bool isGone;

        public Task Begins => begins;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isGone, true)) return;
            events.Leave(cluster);
        }
    }
}
