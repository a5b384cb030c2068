namespace OrchestratorFunctions.Flow.Operating;

/// <summary>What a caller has to be allowed to, for an operation.</summary>
public enum Power
{
    /// <summary>Nothing: load balancers ask too.</summary>
    None,
    /// <summary>To read what is known.</summary>
    Read,
    /// <summary>To change servers, or what is stored.</summary>
    Act,
}
