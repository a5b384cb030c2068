using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Simulation.Servers.Flavours;

/// <summary>A position of MariaDB: the last transaction of each domain, with all before it.</summary>
public sealed class DomainPosition : IHoldings
{
    private readonly Transaction?[] last = new Transaction?[Transaction.Domains];
    private MariaDbGtidSet? written;

    public IEnumerable<Transaction> Entries => last.OfType<Transaction>();

    public MariaDbGtidSet Gtids => written ??= MariaDbGtidSet.Of(Entries.Select(e => e.Gtid));

    public Transaction? Of(int domain) => last[domain];

    public void Take(Transaction one) => (last[one.Domain], written) = (one, null);

    /// <summary>Within one domain of a binary log numbers only grow (gtid_strict_mode).</summary>
    public bool Has(Transaction one) => last[one.Domain] is { } at && one.Sequence <= at.Sequence;

    /// <summary>In every domain it stands there or beyond, whoever wrote that.</summary>
    public bool Reaches(MariaDbGtidSet position) => Gtids.Contains(position);

    public DomainPosition Copy()
    {
        var copy = new DomainPosition { written = written };
        last.CopyTo(copy.last, 0);
        return copy;
    }
}
