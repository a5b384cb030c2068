using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Settings;

namespace OrchestratorFunctions.MySql.Wording;

/// <summary>
/// TLS of a link that is made anew, as CHANGE REPLICATION SOURCE TO takes it. A file is named only where all links of
/// the cluster that use TLS name the same: then every server has it at that place. Pure. Manual: "CHANGE REPLICATION
/// SOURCE TO Statement"; MariaDB: "CHANGE MASTER TO".
/// </summary>
internal static class TlsOfLinks
{
    /// <param name="given">How a link did that was given up since; null when that is not known, or it did not.</param>
    public static IEnumerable<string> NewLink(string prefix, Topology topology, LinkTls? given, ReplicationTls wanted)
    {
        if (wanted == ReplicationTls.Off) yield break;
        LinkTls[] others =
        [
            .. topology.Members.SelectMany(m => m.LastKnown?.Links ?? []).Select(l => l.Tls).Append(given)
                .OfType<LinkTls>(),
        ];
        if (others.Length == 0 && wanted == ReplicationTls.AsSiblings) yield break;
        yield return $"{prefix}_SSL=1";
        if (others.Length == 0) yield break;
        (string Option, string File)[] files =
        [
            ("CA", Common(others, t => t.Authority)), ("CAPATH", Common(others, t => t.AuthorityPath)),
            ("CERT", Common(others, t => t.Certificate)), ("KEY", Common(others, t => t.PrivateKey)),
        ];
        foreach (var (option, file) in files.Where(f => f.File.Length > 0))
            yield return $"{prefix}_SSL_{option}={Sql.Quote(file)}";
        yield return $"{prefix}_SSL_VERIFY_SERVER_CERT={(others.All(t => t.Verifies) ? 1 : 0)}";
    }

    private static string Common(LinkTls[] links, Func<LinkTls, string> file) =>
        links.Select(file).Distinct().ToArray() is [var only] ? only : "";
}
