namespace OrchestratorFunctions.Flow.Operating;

/// <summary>What a caller may do, and what an operation asks for. Each role may what those before it may.</summary>
public enum Role
{
    /// <summary>Nothing: load balancers ask too.</summary>
    None,
    /// <summary>To read what is known.</summary>
    Read,
    /// <summary>To change what is stored, and servers where that is easily undone and nothing is lost by it.</summary>
    Operate,
    /// <summary>To do what may cost writes, availability or data, and to give roles to others.</summary>
    Power,
}
