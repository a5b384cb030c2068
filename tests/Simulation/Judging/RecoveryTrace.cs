namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>What the judge remembers of one recovery.</summary>
public sealed class RecoveryTrace(string id, long beganAt)
{
    public string Id { get; } = id;
    public long BeganAt { get; } = beganAt;

    /// <summary>As it was last stored; null before it was.</summary>
    public Recovery? Newest { get; set; }

    /// <summary>A step of it was sent.</summary>
    public bool HasSent { get; set; }

    /// <summary>As it was planned to end; it may take a while, and more than one try, to store that.</summary>
    public Recovery? End { get; set; }

    /// <summary>When its end was stored; negative while it has none.</summary>
    public long EndedAt { get; set; } = -1;

    /// <summary>What a server was opened without and no stage names; null where that is nothing.</summary>
    public string? Unnamed { get; set; }

    /// <summary>When a fence of its subject was sent; negative while none was.</summary>
    public long FencedAt { get; set; } = -1;
}
