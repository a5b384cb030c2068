using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.MySql;
using OrchestratorFunctions.MySql.Settings;

// The tests kill and hang servers: one after the other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace OrchestratorFunctions.Local.Tests;

/// <summary>
/// Real servers for a test. A fleet that a test left as it found it is handed to the next one; one that was changed is replaced.
/// </summary>
internal static class Fleets
{
    private static readonly Dictionary<FleetRequest, ServerFleet> Kept = [];

    /// <summary>Sees servers as the product does, with an account of its own, so that what a test does to the watcher's does not matter.</summary>
    private static readonly MySqlServers Eyes = new(new MySqlOptions { User = "admin", Password = "admin" });

    public static async Task<ServerFleet> TakeAsync(int replicas = 2, bool semiSync = true, string kind = "mysql-9.7")
    {
        if (ServerFleet.WhyUnavailable(kind) is { } reason) Assert.Skip(reason);
        var request = new FleetRequest(kind, replicas, semiSync);
        if (Kept.Remove(request, out var kept))
        {
            if (await IsIntactAsync(kept)) return Kept[request] = kept;
            await kept.DisposeAsync();
        }
        return Kept[request] = await ServerFleet.StartAsync(request);
    }

    public static InstanceKey Key(this FleetServer server) => InstanceKey.Parse(server.Key);

    /// <summary>The server of a fleet that has that name.</summary>
    public static FleetServer Of(this ServerFleet fleet, InstanceKey key) => fleet.Servers.Single(s => s.Key == key.ToString());

    /// <summary>
    /// Our account may look at who may log in, on every server: without that a plan lists what nobody could check. The grant
    /// is applied everywhere afterwards, also where an earlier one had told it already: what is described next stands still.
    /// </summary>
    public static async Task TellAccountsAsync(this ServerFleet fleet)
    {
        var columns = (await fleet.Primary.SeeAsync())!.Version.IsMariaDb ? "User" : "User, account_locked";
        await fleet.Primary.ExecuteAsync($"GRANT SELECT ({columns}) ON mysql.user TO orchestrator");
        var granted = (await fleet.Primary.SeeAsync())!.Gtid.Executed;
        await Eventually.HoldsAsync("every server tells", async () =>
            (await Task.WhenAll(fleet.Replicas.Select(r => r.SeeAsync()))).All(r => r?.Gtid.Executed.Contains(granted) == true));
    }

    public static async Task<Instance?> SeeAsync(this FleetServer server) =>
        (await Eyes.Probe.ProbeAsync(server.Key(), TimeSpan.FromSeconds(5), default)).Sighted;

    /// <summary>One line for each server: role, source, and what it has executed.</summary>
    public static async Task<string> DescribeAsync(this ServerFleet fleet)
    {
        var lines = await Task.WhenAll(fleet.Servers.Select(async s => await s.SeeAsync() is { } i ? $"{s.Key} {Role(i)} {i.Gtid.Executed}" : $"{s.Key} away"));
        return string.Join('\n', lines);
    }

    /// <summary>The same without positions, for tests that write meanwhile.</summary>
    public static async Task<string> RolesAsync(this ServerFleet fleet)
    {
        var lines = await Task.WhenAll(fleet.Servers.Select(async s => await s.SeeAsync() is { } i ? $"{s.Key} {Role(i)}" : $"{s.Key} away"));
        return string.Join('\n', lines);
    }

    /// <summary>Exactly one server accepts writes, and all the others that run follow it.</summary>
    public static async Task<FleetServer> AssertOnePrimaryAsync(this ServerFleet fleet, params FleetServer[] besides)
    {
        var others = fleet.Servers.Except(besides).ToArray();
        await Eventually.HoldsAsync("one writable server that all the others follow", async () => await PrimaryOfAsync(others) is not null,
            otherwise: fleet.RolesAsync);
        return (await PrimaryOfAsync(others))!;
    }

    private static async Task<FleetServer?> PrimaryOfAsync(FleetServer[] servers)
    {
        var seen = await Task.WhenAll(servers.Select(async s => (Server: s, Instance: await s.SeeAsync())));
        if (seen.Any(s => s.Instance is null) || seen.Count(s => !s.Instance!.ReadOnly) != 1) return null;
        var primary = seen.Single(s => !s.Instance!.ReadOnly);
        return primary.Instance!.Links.Length == 0 && seen.Where(s => s != primary).All(s => Follows(s.Instance!, primary.Server)) ? primary.Server : null;
    }

    private static bool Follows(Instance replica, FleetServer source) =>
        replica.Link is { IsReplicating: true } link && link.Source == source.Key() && replica.ReadOnly;

    private static string Role(Instance i) =>
        $"{(i.ReadOnly ? "read-only" : "writable")} {(i.SuperReadOnly ? "super" : "plain")}"
        + string.Concat(i.Links.Select(l => $" from {l.Source} receiver {l.Receiver} applier {l.Applier}{(l.IsDetached ? " detached" : "")}"));

    private static async Task<bool> IsIntactAsync(ServerFleet fleet)
    {
        try
        {
            if (!fleet.Servers.All(s => s.IsRunning) || await PrimaryOfAsync([.. fleet.Servers]) != fleet.Primary) return false;
            foreach (var server in fleet.Servers)
            {
                await using var asWatcher = await server.OpenAsync("orchestrator");
                if (await server.ScalarAsync<long>("SELECT @@max_connections") < 20) return false;
            }
            // For a second or two after a replica has connected again the source counts it twice, and then a failover is refused.
            var clients = await fleet.Primary.QueryAsync("SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_%_clients'");
            if (clients.Any(c => int.Parse(c["Value"]!.ToString()!, System.Globalization.CultureInfo.InvariantCulture) > fleet.Replicas.Count)) return false;
            var all = (await fleet.Primary.SeeAsync())!.Gtid.Executed;
            return (await Task.WhenAll(fleet.Replicas.Select(r => r.SeeAsync()))).All(i => all.Contains(Latest(i!.Gtid.Executed)));
        }
        catch (Exception e) when (e is MySqlConnector.MySqlException or IOException or TimeoutException or InvalidOperationException)
        {
            return false;
        }
    }

    private static GtidPosition Latest(GtidPosition position) => position is MariaDbGtidSet state ? state.LatestPerDomain() : position;
}
