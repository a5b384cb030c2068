using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Simulation.Servers;

/// <summary>One transaction of a history, with what its client was told.</summary>
public sealed class Transaction(int origin, int number, long writtenAt)
{
    /// <summary>More servers, and more domains of MariaDB, than a history has.</summary>
    public const int Servers = 8, Domains = Servers + 1;

    /// <summary>The server it was first committed on.</summary>
    public int Origin { get; } = origin;

    /// <summary>Its number there, from 1.</summary>
    public int Number { get; } = number;

    public long WrittenAt { get; } = writtenAt;

    /// <summary>MariaDB: 0 for that of the cluster, else that of one server's local tables.</summary>
    public int Domain { get; init; }

    /// <summary>MariaDB: its number in the domain.</summary>
    public long Sequence { get; init; }

    /// <summary>Written by hand on a server that is no primary.</summary>
    public bool IsErrant { get; init; }

    /// <summary>A person threw it away from the relay log of a replica.</summary>
    public bool IsLostByHand { get; set; }

    /// <summary>Written by a scheduled event.</summary>
    public bool IsOfEvent { get; init; }

    /// <summary>The events that it changes; null when it is no ALTER EVENT.</summary>
    public EventNames? Events { get; init; }

    /// <summary>When a client was told that it is committed; negative while none was.</summary>
    public long AcknowledgedAt { get; set; } = -1;

    /// <summary>Acknowledgements of replicas stood behind that answer.</summary>
    public bool IsByRule { get; set; }

    public bool IsAcknowledged => AcknowledgedAt >= 0;

    /// <summary>As MariaDB names it.</summary>
    public MariaDbGtid Gtid => new(DomainId(Domain), ServerId(Origin), (ulong)Sequence);

    public static uint ServerId(int server) => (uint)(100 + server);

    /// <summary>gtid_domain_id.</summary>
    public static uint DomainId(int domain) => domain == 0 ? 0 : (uint)(90 + domain);

    public override string ToString() =>
        Sequence == 0 ? $"{(char)('A' + Origin)}:{Number}" : $"{DomainId(Domain)}-{(char)('A' + Origin)}-{Sequence}";
}
