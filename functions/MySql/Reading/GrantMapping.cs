using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.MySql.Dialects;

namespace OrchestratorFunctions.MySql.Reading;

/// <summary>
/// SHOW GRANTS of our own account → what it lacks. Pure. Privileges of active roles stand among its own, and others do
/// not count (seen on 9.7.4 and 10.11.18). Manuals: "SHOW GRANTS Statement", "Privileges Provided by MySQL"; MariaDB:
/// "GRANT".
/// </summary>
internal static class GrantMapping
{
    private const string Everything = "ALL PRIVILEGES", Super = "SUPER", Reload = "RELOAD";

    /// <summary>What steps need and the account lacks; null when it was not told.</summary>
    /// <param name="isSemiSync">The server has a semi-sync role, so that a step may change it.</param>
    public static MissingPrivileges? Missing(QueryResult grants, ServerFeatures features, bool isSemiSync)
    {
        if (grants.First is null) return null;
        var own = grants.Rows.Select(r => r.FirstText).Where(g => On(g) == "*.*").SelectMany(Names).ToHashSet();
        if (own.Count == 0) return null;
        if (own.Contains(Everything)) return MissingPrivileges.None;
        var forEvents = Lacking(own, features, ["EVENT", Definer(features)]);
        return new(Lacking(own, features, [Replication(features)]), Lacking(own, features, Roles(features, isSemiSync)))
        {
            ForEvents = forEvents.Length > 0 ? forEvents : null,
        };
    }

    /// <summary>
    /// Whether the account sees the scheduled events of every database: information_schema.EVENTS leaves out those it
    /// may not see. Manual: "The INFORMATION_SCHEMA EVENTS Table"; a database may be taken out again: "Privilege
    /// Restriction Using Partial Revokes".
    /// </summary>
    public static bool MaySeeEvents(QueryResult grants) =>
        grants.Rows.Select(r => r.FirstText).Any(g => On(g) == "*.*" && Names(g).Any(n => n is Everything or "EVENT"))
        && !grants.Rows.Any(r => r.FirstText.StartsWith("REVOKE ", StringComparison.Ordinal));

    /// <summary>
    /// Whether the account may look up other accounts: their names, and on MySQL whether they are locked.
    /// </summary>
    public static bool MayReadAccounts(QueryResult grants, ServerFeatures features) =>
        grants.Rows.Select(r => r.FirstText).Any(g => IsOfAccounts(g) && SelectsAccounts(g, features));

    private static string Replication(ServerFeatures features) => features switch
    {
        { SplitsSuper: false } => Super,
        { IsMariaDb: true } => "REPLICATION SLAVE ADMIN",
        _ => "REPLICATION_SLAVE_ADMIN",
    };

    // To keep the definer of an event that is changed. Manual: "ALTER EVENT Statement"; MariaDB: "GRANT", "SET USER".
    private static string Definer(ServerFeatures features) => features switch
    {
        { SplitsSuper: false } => Super,
        { IsMariaDb: true } => "SET USER",
        { HasAnyDefiner: true } => "SET_ANY_DEFINER",
        _ => "SET_USER_ID",
    };

    private static string[] Roles(ServerFeatures features, bool isSemiSync) => features switch
    {
        { SplitsSuper: false } => [Reload],
        { IsMariaDb: false } => ["SYSTEM_VARIABLES_ADMIN", Reload],
        _ when isSemiSync => ["READ_ONLY ADMIN", "REPLICATION MASTER ADMIN", Reload],
        _ => ["READ_ONLY ADMIN", Reload],
    };

    private static string Lacking(HashSet<string> own, ServerFeatures features, string[] needed)
    {
        var isSuper = own.Contains(Super) && features.SuperHoldsAll;
        return string.Join(", ", needed.Where(n => !own.Contains(Plain(n)) && (n is Reload or "EVENT" || !isSuper)));
    }

    private static bool IsOfAccounts(string grant) =>
        On(grant).Replace("`", "", StringComparison.Ordinal) is "*.*" or "mysql.*" or "mysql.user";

    private static bool SelectsAccounts(string grant, ServerFeatures features)
    {
        var names = Names(grant).ToArray();
        if (names.Contains(Everything) || names.Contains("SELECT")) return true;
        var columns = grant.ToUpperInvariant();
        if (!columns.Contains("SELECT (", StringComparison.Ordinal)) return false;
        string[] asked = features.IsMariaDb ? ["`USER`"] : ["`USER`", "`ACCOUNT_LOCKED`"];
        var listed = columns[..columns.IndexOf(')', StringComparison.Ordinal)];
        return asked.All(column => listed.Contains(column, StringComparison.Ordinal));
    }

    // "GRANT a, b ON x TO y"; a granted role has no ON.
    private static string On(string grant)
    {
        var (on, to) = (grant.IndexOf(" ON ", StringComparison.Ordinal), grant.IndexOf(
            " TO ", StringComparison.Ordinal));
        return grant.StartsWith("GRANT ", StringComparison.Ordinal) && on > 0 && to > on ? grant[(on + 4)..to] : "";
    }

    private static IEnumerable<string> Names(string grant) =>
        grant["GRANT ".Length..grant.IndexOf(" ON ", StringComparison.Ordinal)].Split(',').Select(n => Plain(n.Trim()));

    // Servers and their versions part the words of one name by a blank or by a line.
    private static string Plain(string name) => name.ToUpperInvariant().Replace('_', ' ');
}
