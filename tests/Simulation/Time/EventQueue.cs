namespace OrchestratorFunctions.Simulation.Time;

/// <summary>
/// Everything that is still to happen in one history, ordered by time and, at the same time, by who was enqueued first.
/// There are no tasks, no threads and no wall clock: time is where the queue stands. Times are ticks of 100 ns.
/// </summary>
public sealed class EventQueue
{
    private const int Most = 400_000;

    private (long At, int Order, Action Happens)[] heap = new (long, int, Action)[256];
    private int count, order;

    public long Now { get; private set; }

    /// <summary>How many events have happened.</summary>
    public int Happened { get; private set; }

    public void At(long at, Action happens)
    {
        if (at < Now) at = Now;
        if (count == heap.Length) Array.Resize(ref heap, count * 2);
        var i = count++;
        var entry = (at, order++, happens);
        while (i > 0)
        {
            var parent = (i - 1) >> 1;
            if (IsBefore(heap[parent], entry)) break;
            heap[i] = heap[parent];
            i = parent;
        }
        heap[i] = entry;
    }

    /// <summary>Runs until that time, or until something says that it is over.</summary>
    public void RunUntil(long end, Func<bool> isOver)
    {
        while (count > 0 && heap[0].At <= end && !isOver())
        {
            var next = Take();
            Now = next.At;
            // Something asks for something again and again without letting time pass.
            if (++Happened > Most) throw new InvalidOperationException($"more than {Most} events happened in one history");
            next.Happens();
        }
        if (!isOver() && Now < end) Now = end;
    }

    private static bool IsBefore((long At, int Order, Action) a, (long At, int Order, Action) b) =>
        a.At < b.At || (a.At == b.At && a.Order < b.Order);

    private (long At, int Order, Action Happens) Take()
    {
        var first = heap[0];
        var last = heap[--count];
        heap[count] = default;
        var i = 0;
        while (true)
        {
            var child = (2 * i) + 1;
            if (child >= count) break;
            if (child + 1 < count && IsBefore(heap[child + 1], heap[child])) child++;
            if (IsBefore(last, heap[child])) break;
            heap[i] = heap[child];
            i = child;
        }
        if (count > 0) heap[i] = last;
        return first;
    }
}
