using System.Collections.Immutable;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>Who has yet to hear of what, in memory, with the promises of the real store.</summary>
internal sealed class MemoryNotices : INoticeOutbox
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, OutboxEntry> rows = new(StringComparer.Ordinal);

    /// <summary>Awaited before a row is added.</summary>
    public Func<Task> BeforeAdd { get; set; } = () => Task.CompletedTask;

    public OutboxEntry[] Rows
    {
        get { lock (gate) return [.. rows.Values]; }
    }

    public async Task<OutboxEntry> AddAsync(OutboxEntry untold, CancellationToken cancel)
    {
        await BeforeAdd();
        lock (gate) return rows.TryAdd(untold.Key, untold) ? untold : rows[untold.Key];
    }

    public Task<ImmutableArray<OutboxEntry>> ReadAsync(CancellationToken cancel) => Task.FromResult(Rows.ToImmutableArray());

    public Task<bool> SaveAsync(OutboxEntry untold, CancellationToken cancel)
    {
        lock (gate)
        {
            if (!rows.ContainsKey(untold.Key)) return Task.FromResult(false);
            rows[untold.Key] = untold;
            return Task.FromResult(true);
        }
    }

    public Task RemoveAsync(OutboxEntry untold, CancellationToken cancel)
    {
        lock (gate) rows.Remove(untold.Key);
        return Task.CompletedTask;
    }
}

/// <summary>An address made of data: what reached it, and how it answers.</summary>
internal sealed class Listener(string mark = "room") : INoticeSink
{
    private readonly Lock gate = new();
    private readonly List<Notice> heard = [];
    private int tries;

    public Func<Notice, Task<Delivery>> Answer { get; set; } = _ => Task.FromResult<Delivery>(new Delivery.Done());

    public Func<string, bool> Interest { get; set; } = _ => true;

    /// <summary>What it took in, in the order it came.</summary>
    public Notice[] Heard
    {
        get { lock (gate) return [.. heard]; }
    }

    public string[] Types => [.. Heard.Select(n => n.Type)];

    public int Tries => Volatile.Read(ref tries);

    public string Name => $"https://{mark}";
    public string Mark => mark;

    public bool Wants(string type) => Interest(type);

    public async Task<Delivery> DeliverAsync(Notice notice, CancellationToken cancel)
    {
        Interlocked.Increment(ref tries);
        var answer = await Answer(notice).WaitAsync(cancel);
        lock (gate)
            if (answer is Delivery.Done) heard.Add(notice);
        return answer;
    }
}
