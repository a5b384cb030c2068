namespace OrchestratorFunctions.Api.Access;

/// <summary>How it is known who a request comes from.</summary>
public enum AuthenticationMethod
{
    /// <summary>It is not: everybody who reaches us may read, and nobody has a name.</summary>
    None,

    /// <summary>One user and one password, by HTTP Basic.</summary>
    Basic,

    /// <summary>The same, and a user <c>readonly</c> with any password who may only read.</summary>
    Multi,

    /// <summary>A sign-in in front of us names the user in a header.</summary>
    Proxy,
}
