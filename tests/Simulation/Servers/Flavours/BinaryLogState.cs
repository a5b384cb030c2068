using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Simulation.Servers.Flavours;

/// <summary>
/// gtid_binlog_state: of each domain the last transaction of every server that wrote into it, commits that still wait
/// for acknowledgements among them.
/// </summary>
internal sealed class BinaryLogState
{
    private readonly Transaction?[,] last = new Transaction?[Transaction.Domains, Transaction.Servers];
    private MariaDbGtidSet? written;

    /// <summary>gtid_binlog_pos.</summary>
    public DomainPosition Position { get; } = new();

    public MariaDbGtidSet Gtids => written ??= MariaDbGtidSet.Of(last.OfType<Transaction>().Select(t => t.Gtid));

    /// <summary>The highest number of a domain; 0 while it is empty.</summary>
    public long Highest(int domain) => Position.Of(domain)?.Sequence ?? 0;

    public void Add(Transaction one)
    {
        (last[one.Domain, one.Origin], written) = (one, null);
        Position.Take(one);
    }
}
