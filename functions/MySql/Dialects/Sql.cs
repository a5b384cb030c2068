namespace OrchestratorFunctions.MySql.Dialects;

/// <summary>One statement, with the text people may see of it.</summary>
/// <param name="Masked">The same without secrets.</param>
internal sealed record Sql(string Text, string Masked)
{
    private const string Mask = "'***'";

    public static Sql Of(string text) => new(text, text);

    /// <summary>A statement with one secret in it, written as <c>{0}</c>.</summary>
    public static Sql WithSecret(string format, string secret) =>
        new(
            format.Replace("{0}", Quote(secret), StringComparison.Ordinal),
            format.Replace("{0}", Mask, StringComparison.Ordinal));

    /// <summary>An identifier in backticks, which every sql_mode reads so. Manual: "Schema Object Names".</summary>
    public static string Identifier(string name) => "`" + name.Replace("`", "``", StringComparison.Ordinal) + "`";

    /// <summary>
    /// A string literal, for grammar that takes no parameters (CHANGE REPLICATION SOURCE). Backslashes are doubled, as
    /// the plain sql_mode our sessions set reads them. Manual: "String Literals".
    /// </summary>
    public static string Quote(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("a text for a server cannot contain a zero character", nameof(text));
        return "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("'", "''", StringComparison.Ordinal) + "'";
    }
}

/// <summary>Which words the loaded semi-sync plugins use: source and replica, or master and slave.</summary>
internal sealed record SemiSyncWords(bool SaysSource, bool SaysReplica)
{
    public string SourceEnabled => SaysSource ? "rpl_semi_sync_source_enabled" : "rpl_semi_sync_master_enabled";

    public string SourceTimeout => SaysSource ? "rpl_semi_sync_source_timeout" : "rpl_semi_sync_master_timeout";

    public string SourceWaitFor =>
        SaysSource ? "rpl_semi_sync_source_wait_for_replica_count" : "rpl_semi_sync_master_wait_for_slave_count";

    public string ReplicaEnabled => SaysReplica ? "rpl_semi_sync_replica_enabled" : "rpl_semi_sync_slave_enabled";
}
