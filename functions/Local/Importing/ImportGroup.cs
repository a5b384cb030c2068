namespace OrchestratorFunctions.Local.Importing;

/// <summary>What becomes of a key of orchestrator's, in the order in which it is told.</summary>
internal enum ImportGroup
{
    /// <summary>It means the same here.</summary>
    Maps,

    /// <summary>It is carried over, or needs nothing, and something behaves otherwise than before.</summary>
    Changes,

    /// <summary>It is left out, and the reason says why nothing is missed.</summary>
    Dropped,

    /// <summary>A person has to do something: it is a secret, or there is no setting for it.</summary>
    NeedsYou,

    /// <summary>It is no key of orchestrator's, or its value is not of the kind that it has there.</summary>
    NotUnderstood,
}
