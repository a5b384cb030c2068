using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Simulation.Servers;

/// <summary>A set of transactions that grows mostly at its end: runs of numbers by origin.</summary>
public sealed class TransactionSet : Flavours.IHoldings
{
    private readonly List<(int First, int Last)>?[] runs = new List<(int, int)>?[Transaction.Servers];
    private GtidSet? written;

    /// <summary>server_uuid of the server with that number.</summary>
    public static Guid Uuid(int server) => new(0xA + server, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(0xA + server));

    public bool IsEmpty => Array.TrueForAll(runs, r => r is null || r.Count == 0);

    public bool Has(Transaction one) => Has(one.Origin, one.Number);

    public void Add(Transaction one)
    {
        if (Has(one)) return;
        written = null;
        var list = runs[one.Origin] ??= [];
        var n = one.Number;
        if (list.Count > 0 && list[^1].Last == n - 1)
        {
            list[^1] = (list[^1].First, n);
            return;
        }
        var at = list.FindIndex(r => r.First > n);
        list.Insert(at < 0 ? list.Count : at, (n, n));
        for (var i = list.Count - 1; i > 0; i--)
            if (list[i - 1].Last + 1 >= list[i].First)
            {
                list[i - 1] = (list[i - 1].First, Math.Max(list[i - 1].Last, list[i].Last));
                list.RemoveAt(i);
            }
    }

    public void Clear()
    {
        written = null;
        Array.Clear(runs);
    }

    public TransactionSet Copy()
    {
        var copy = new TransactionSet { written = written };
        for (var i = 0; i < runs.Length; i++)
            if (runs[i] is { } list) copy.runs[i] = [.. list];
        return copy;
    }

    /// <summary>In the server's own form; made once as long as nothing is added.</summary>
    public GtidSet Gtids()
    {
        if (written is not null) return written;
        var all = GtidSet.Empty;
        for (var o = 0; o < runs.Length; o++)
            foreach (var (first, last) in runs[o] ?? [])
                all = all.Union(GtidSet.Of(Uuid(o), "", new GtidInterval(first, last)));
        return written = all;
    }

    private bool Has(int origin, int number)
    {
        if (runs[origin] is not { } list) return false;
        for (var i = list.Count - 1; i >= 0; i--)
            if (list[i].First <= number) return number <= list[i].Last;
        return false;
    }
}
