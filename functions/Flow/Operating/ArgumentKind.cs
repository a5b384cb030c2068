namespace OrchestratorFunctions.Flow.Operating;

/// <summary>How the text of an argument is read.</summary>
public enum ArgumentKind
{
    /// <summary>As it is. A name of something may stand here, which the operation looks up itself.</summary>
    Text,
    /// <summary>Why it is asked for; it must not be empty.</summary>
    Reason,
    /// <summary>true or false; false when it is left out.</summary>
    Flag,
    /// <summary>true or false, which a command line has to write out; nothing when it is left out.</summary>
    Choice,
    /// <summary>A time with its unit, like 90m.</summary>
    Duration,
    /// <summary>A whole number above zero.</summary>
    Number,
    /// <summary>The name of a cluster by its naming rules, which it need not have yet.</summary>
    Alias,
    /// <summary>host:port of a server that need not be known.</summary>
    Address,
    /// <summary>A known cluster: id, alias or a name of a member.</summary>
    Cluster,
    /// <summary>A known server, by any of its names.</summary>
    Server,
}
