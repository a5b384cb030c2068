using System.Collections.Immutable;
using System.Net;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.MySql.Reading;

/// <summary>
/// Who replicates from a server: what replicas call themselves (report_host), and for those that do not say, the
/// address their dump thread comes from together with the port they report. Candidates: a probe of each tells what is
/// there. Pure.
/// </summary>
internal static class ReplicaMapping
{
    public static ImmutableArray<InstanceKey> Map(InstanceKey source, QueryResult named, QueryResult dumps)
    {
        var says = named.Rows.Where(r => r.Text("Host").Length > 0).ToArray();
        var known = says.Select(r => InstanceMapping.KeyOf(r.Text("Host"), r.Number("Port"))).OfType<InstanceKey>();
        if (dumps.Rows.Count() <= says.Length) return [.. known.Distinct()];
        // Without a name MySQL still lists a replica with its port; MariaDB leaves it out, and the source's own port is
        // the best guess.
        var ports = named.Rows.Where(r => r.Text("Host").Length == 0).Select(r => r.Number("Port") ?? 0)
            .Where(p => p > 0).DefaultIfEmpty(source.Port).Distinct().ToArray();
        var hosts = HostsOf(source, dumps)
            .Where(h => says.All(s => !s.Text("Host").Equals(h, StringComparison.OrdinalIgnoreCase)));
        var guessed = hosts.SelectMany(h => ports.Select(p => InstanceMapping.KeyOf(h, p))).OfType<InstanceKey>();
        return [.. known.Concat(guessed.Where(k => k != source)).Distinct()];
    }

    /// <summary>The hosts that replicas read the binary log of the source from.</summary>
    public static ImmutableArray<string> HostsOf(InstanceKey source, QueryResult dumps) =>
    [
        .. dumps.Rows.Select(r => HostOf(source, r.Text("host"))).Where(h => h.Length > 0)
            .Distinct(StringComparer.OrdinalIgnoreCase),
    ];

    // host:port of the client; seen from the source itself, loopback is the source's own machine.
    private static string HostOf(InstanceKey source, string client)
    {
        var host = client.LastIndexOf(':') is > 0 and var colon ? client[..colon] : client;
        var isHere = host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
        return isHere ? source.Host : host;
    }
}
