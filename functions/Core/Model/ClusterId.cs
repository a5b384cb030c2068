namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// Names a cluster for as long as it exists, through failovers: 3 to 63 of <c>a-z 0-9 -</c>.
/// orchestrator's cluster name (the primary's host:port) and the alias are derived from the members, never stored as
/// identity.
/// </summary>
public readonly record struct ClusterId
{
    public ClusterId(string value)
    {
        if (value is null || value.Length is < 3 or > 63
            || !value.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-'))
            throw new FormatException($"cluster '{value}': expected 3 to 63 characters of a-z, 0-9 and '-'");
        Value = value;
    }

    public string Value { get; }

    /// <summary>
    /// The id of a cluster first met at a given server: two processes that discover the same cluster at once agree on
    /// it.
    /// </summary>
    /// <param name="identity">server_uuid of the first root found, or host:port where a server has none
    /// (MariaDB).</param>
    public static ClusterId FirstMetAt(string identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return new ClusterId($"c-{StableHash.Of(identity.ToLowerInvariant()):x16}");
    }

    public override string ToString() => Value ?? "";
}
