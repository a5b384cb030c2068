using System.Globalization;
using OrchestratorFunctions.Fleet.Servers;
using OrchestratorFunctions.Fleet.State;

namespace OrchestratorFunctions.Fleet.Building;

/// <summary>Has the servers of a new fleet follow each other.</summary>
internal sealed class Replication(FleetSettings settings, IServers servers)
{
    private int Primary => settings.Primary;

    private ServerKind Kind => settings.Kind;

    /// <summary>Returns when every replica has what the primary wrote.</summary>
    /// <exception cref="FleetException">A server refused, or a replica receives nothing.</exception>
    public async Task ConnectAsync(CancellationToken cancel)
    {
        if (settings.SemiSync) await servers.AskAsync(Primary, $"SET GLOBAL rpl_semi_sync_{Kind.SourceWord}_enabled=ON");
        var replicas = settings.Ports.Where(p => p != Primary).ToArray();
        await Task.WhenAll(replicas.Select(p => servers.AskAsync(p, Kind.Follow(settings.SourceOf(p)!.Value))));
        if (settings.SemiSync && replicas.Length > 0) await AwaitSemiSyncAsync(settings.Chain ? 1 : replicas.Length, cancel);
        if (settings.SemiSync && replicas.Length == 0)
        {
            Scripts.Say("Semi-sync without a replica: the database app is not created, because its commit would wait for ever.");
            return;
        }
        await servers.AskAsync(Primary, "CREATE DATABASE app");
        var written = await WrittenAsync();
        await Task.WhenAll(replicas.Select(p => AwaitAsync(p, written)));
    }

    // Until every direct replica is registered.
    private async Task AwaitSemiSyncAsync(int wanted, CancellationToken cancel)
    {
        const int Turns = 300;
        var clients = 0;
        for (var turn = 0; turn < Turns; turn++)
        {
            var row = await servers.RowAsync(Primary, $"SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_{Kind.SourceWord}_clients'");
            clients = row is [_, var count] ? int.Parse(count.Value!, CultureInfo.InvariantCulture) : 0;
            if (clients == wanted) return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancel);
        }
        throw new FleetException(1, $"the primary sees {clients} of {wanted} semi-sync replicas.");
    }

    // The first transaction of the fleet; an image makes its own server_uuid.
    private async Task<string> WrittenAsync()
    {
        if (Kind.IsMariaDb) return $"0-{Primary}-1";
        return settings.InContainers ? await servers.AskAsync(Primary, "SELECT @@GLOBAL.gtid_executed") ?? "" : $"{Kind.UuidOf(Primary)}:1";
    }

    private async Task AwaitAsync(int port, string written)
    {
        if (await servers.AskAsync(port, Kind.WaitFor(written)) != "0")
            throw new FleetException(1, $"the replica 127.0.0.1:{port} does not receive what the primary writes.");
    }
}
