using System.Net;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.MySql.Reading;
using OrchestratorFunctions.MySql.Sessions;

namespace OrchestratorFunctions.MySql.Probing;

/// <summary>Finds names that lead to several servers: nothing may be decided or done under such a name.</summary>
internal sealed class Ambiguity(SessionOpener dialer)
{
    public async Task<string?> FindAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel)
    {
        var limit = new Countdown(dialer.Time, timeout);
        var addresses = await ResolveAsync(key.Host, timeout, cancel);
        if (addresses.Length < 2) return null;
        var identities = await Task.WhenAll(
            addresses.Select(a => IdentityAsync(new InstanceKey(a.ToString(), key.Port), limit, cancel)));
        var servers =
            addresses.Zip(identities).Where(p => p.Second is not null).GroupBy(p => p.Second, p => p.First).ToArray();
        if (servers.Length < 2) return null;
        var named = servers.Select(s => $"{string.Join(" and ", s)} is {s.Key}");
        return $"{key} leads to {servers.Length} different servers: {string.Join("; ", named)}";
    }

    private async Task<IPAddress[]> ResolveAsync(string host, TimeSpan timeout, CancellationToken cancel)
    {
        if (IPAddress.TryParse(host, out _)) return [];
        try
        {
            var all = await dialer.ResolveAsync(host, timeout, cancel);
            return [.. all.Select(a => a.IsIPv4MappedToIPv6 ? a.MapToIPv4() : a).Distinct()];
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && e is not OutOfMemoryException)
        {
            return []; // A name that does not resolve is not ambiguous; the probe reports it.
        }
    }

    /// <summary>Null when there is no telling.</summary>
    private async Task<string?> IdentityAsync(InstanceKey address, Countdown limit, CancellationToken cancel)
    {
        Session? session = null;
        try
        {
            session = await dialer.OpenAsync(address, limit.Left, cancel);
            // MariaDB has no server_uuid: its number, host and data directory tell servers apart as well as can be.
            var table = await session.QueryAsync(
                "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('server_uuid','server_id','hostname','port','datadir')",
                QueryResult.ReadAsync, limit.Left, cancel);
            var values = table.Rows.ToDictionary(
                r => r.Text("Variable_name"), r => r.Text("Value"), StringComparer.OrdinalIgnoreCase);
            return values.TryGetValue("server_uuid", out var uuid)
                ? $"server_uuid {uuid.ToLowerInvariant()}"
                : $"server_id {values.GetValueOrDefault("server_id")} on {values.GetValueOrDefault("hostname")}:"
                    + $"{values.GetValueOrDefault("port")} in {values.GetValueOrDefault("datadir")}";
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && e is not OutOfMemoryException)
        {
            return null;
        }
        finally
        {
            session?.Close();
        }
    }
}
