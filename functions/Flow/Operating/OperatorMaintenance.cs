using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>A maintenance that goes on.</summary>
public sealed record MaintenanceEntry(
    ClusterId Cluster, InstanceKey Server, string Owner, string Reason, DateTimeOffset Since, DateTimeOffset Until);

/// <summary>
/// Begins and ends maintenances of servers, and lists those that go on. Only one begins at a time, whoever asks; for so
/// long the server is in downtime (decision 0044).
/// </summary>
public sealed class OperatorMaintenance(VerbPorts ports)
{
    /// <summary>Longer ones are refused: a server that nobody recovers for ever is better forgotten.</summary>
    public static readonly TimeSpan Longest = OperatorDowntime.Longest;

    /// <param name="name">A server by any of its names.</param>
    public async Task<OperationAnswer> BeginAsync(
        string name, TimeSpan length, string actor, string because, CancellationToken cancel)
    {
        if (length <= TimeSpan.Zero || length > Longest)
            return OperationAnswer.BadInput(
                $"a maintenance of {Duration.Of(length)}: expected more than nothing and at most {Longest.Days} days");
        var (server, refusal) = (await ports.Names.ReadAsync(cancel)).Server(name);
        if (server is null) return OperationAnswer.BadInput(refusal!);
        var (cluster, key, now) = (server.Cluster.Id, server.Server!, ports.Time.GetUtcNow());
        if (await ReadAsync(cluster, key, cancel) is { } other) return OperationAnswer.Refused(Taken(key, other));
        var begun = new Maintenance(actor, because, now, now + length);
        await ports.WriteAsync(
            actor, "begin-maintenance", cluster, key, $"{Duration.Of(length)}: {because}", cancel);
        Maintenance? first = null;
        var isStored = await ports.Topologies.ChangeMaintenanceAsync(cluster, key, stored =>
        {
            first = stored?.IsActiveAt(now) == true ? stored : null;
            return first ?? begun;
        }, cancel);
        if (!isStored) return OperationAnswer.Refused($"{key} was forgotten meanwhile");
        if (first is not null) return OperationAnswer.Refused(Taken(key, first));
        ports.Declared();
        return OperationAnswer.Done($"{key} is in maintenance until {begun.Until:u}");
    }

    /// <param name="name">A server by any of its names.</param>
    public async Task<OperationAnswer> EndAsync(string name, string actor, string because, CancellationToken cancel)
    {
        var (server, refusal) = (await ports.Names.ReadAsync(cancel)).Server(name);
        if (server is null) return OperationAnswer.BadInput(refusal!);
        var (cluster, key) = (server.Cluster.Id, server.Server!);
        if (await ReadAsync(cluster, key, cancel) is null)
            return OperationAnswer.Refused($"{key} is in no maintenance");
        await ports.WriteAsync(actor, "end-maintenance", cluster, key, because, cancel);
        if (!await ports.Topologies.ChangeMaintenanceAsync(cluster, key, _ => null, cancel))
            return OperationAnswer.Refused($"{key} was forgotten meanwhile");
        ports.Declared();
        return OperationAnswer.Done($"{key} is in maintenance no more");
    }

    /// <summary>Those that go on, by cluster and server.</summary>
    public async Task<ImmutableArray<MaintenanceEntry>> ListAsync(CancellationToken cancel)
    {
        var now = ports.Time.GetUtcNow();
        return
        [
            .. from cluster in await ports.Topologies.ReadAllAsync(cancel)
               from member in cluster.Members
               orderby cluster.Id.Value, member.Key
               let one = member.Maintenance
               where one?.IsActiveAt(now) == true
               select new MaintenanceEntry(cluster.Id, member.Key, one.Owner, one.Reason, one.Since, one.Until),
        ];
    }

    // Null when none goes on.
    private async Task<Maintenance?> ReadAsync(ClusterId cluster, InstanceKey key, CancellationToken cancel)
    {
        var stored = await ports.Topologies.ReadAsync(cluster, cancel);
        var one = stored?.Members.FirstOrDefault(m => m.Key == key)?.Maintenance;
        return one?.IsActiveAt(ports.Time.GetUtcNow()) == true ? one : null;
    }

    private static string Taken(InstanceKey key, Maintenance other) =>
        $"{key} is in maintenance by {other.Owner} since {other.Since:u}: {other.Reason}";
}
