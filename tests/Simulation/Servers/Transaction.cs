namespace OrchestratorFunctions.Simulation.Servers;

/// <summary>One transaction of a history, with what its client was told.</summary>
public sealed class Transaction(int origin, int number, long writtenAt)
{
    /// <summary>The server it was first committed on.</summary>
    public int Origin { get; } = origin;

    /// <summary>Its number there, from 1.</summary>
    public int Number { get; } = number;

    public long WrittenAt { get; } = writtenAt;

    /// <summary>Written by hand on a server that is no primary.</summary>
    public bool IsErrant { get; init; }

    /// <summary>When a client was told that it is committed; negative while none was.</summary>
    public long AcknowledgedAt { get; set; } = -1;

    /// <summary>Acknowledgements of replicas stood behind that answer.</summary>
    public bool IsByRule { get; set; }

    public bool IsAcknowledged => AcknowledgedAt >= 0;

    public override string ToString() => $"{(char)('A' + Origin)}:{Number}";
}
