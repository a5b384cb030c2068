using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>A downtime that goes on, of a cluster or of one server.</summary>
/// <param name="Server">Null when the whole cluster is in downtime.</param>
public sealed record DowntimeEntry(
    ClusterId Cluster, string Alias, InstanceKey? Server, string Owner, string Reason, DateTimeOffset Until);

/// <summary>
/// Begins and ends downtimes, and lists those that go on. A name that means nothing is refused, and so is the end of a
/// downtime that there is not.
/// </summary>
public sealed class OperatorDowntime(VerbPorts ports)
{
    /// <summary>Longer ones are refused: a cluster that nobody recovers for ever is better forgotten.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <param name="name">A cluster by id or alias, or a server by any of its names.</param>
    /// <param name="length">With zero it ends.</param>
    public async Task<OperationAnswer> BeginAsync(
        string name, TimeSpan length, string actor, string because, CancellationToken cancel)
    {
        if (length == TimeSpan.Zero) return await EndAsync(name, actor, because, cancel);
        if (length < TimeSpan.Zero || length > Longest)
            return OperationAnswer.BadInput(
                $"a downtime of {Duration.Of(length)}: expected at most {Longest.Days} days");
        var (named, refusal) = (await ports.Names.ReadAsync(cancel)).Either(name);
        if (named is null) return OperationAnswer.BadInput(refusal!);
        var downtime = new Downtime(actor, because, ports.Time.GetUtcNow() + length);
        var says = $"{Duration.Of(length)}: {because}";
        await ports.WriteAsync(actor, "begin-downtime", named.Cluster.Id, named.Server, says, cancel);
        return await SetAsync(named, downtime, $"{Of(named)} is in downtime until {downtime.Until:u}", cancel);
    }

    /// <inheritdoc cref="BeginAsync"/>
    public async Task<OperationAnswer> EndAsync(string name, string actor, string because, CancellationToken cancel)
    {
        var (named, refusal) = (await ports.Names.ReadAsync(cancel)).Either(name);
        if (named is null) return OperationAnswer.BadInput(refusal!);
        var stored = await ports.Topologies.ReadAsync(named.Cluster.Id, cancel);
        var member = stored?.Members.FirstOrDefault(m => m.Key == named.Server);
        var now = named.Server is null ? stored?.Downtime : member?.Downtime;
        var maintained = member?.Maintenance?.IsActiveAt(ports.Time.GetUtcNow()) == true;
        if (!IsActive(now) && maintained)
            return OperationAnswer.Refused(
                $"{WhyNone(named, stored)}; it is in maintenance, which keeps it from being recovered too",
                $"end-maintenance {Of(named)}");
        if (!IsActive(now)) return OperationAnswer.Refused(WhyNone(named, stored), "");
        await ports.WriteAsync(actor, "end-downtime", named.Cluster.Id, named.Server, because, cancel);
        var goesOn = maintained ? $"; its maintenance goes on (end-maintenance {Of(named)})" : "";
        return await SetAsync(named, null, $"{Of(named)} is in downtime no more{goesOn}", cancel);
    }

    /// <summary>Those that go on, of clusters first, then of their servers.</summary>
    public async Task<ImmutableArray<DowntimeEntry>> ListAsync(CancellationToken cancel)
    {
        var stored = await ports.Topologies.ReadAllAsync(cancel);
        return [.. stored.OrderBy(c => c.Id.Value, StringComparer.Ordinal).SelectMany(Of)];
    }

    private IEnumerable<DowntimeEntry> Of(StoredCluster cluster) => cluster.Members
        .Select(m => (Key: (InstanceKey?)m.Key, m.Downtime)).Prepend((null, cluster.Downtime))
        .Where(d => IsActive(d.Downtime))
        .Select(d => new DowntimeEntry(
            cluster.Id, cluster.Alias, d.Key, d.Downtime!.Owner, d.Downtime.Reason, d.Downtime.Until));

    private async Task<OperationAnswer> SetAsync(Named named, Downtime? downtime, string says, CancellationToken cancel)
    {
        if (!await ports.Topologies.SetDowntimeAsync(named.Cluster.Id, named.Server, downtime, cancel))
            return OperationAnswer.Refused($"{Of(named)} was forgotten meanwhile");
        ports.Declared();
        return OperationAnswer.Done(says);
    }

    private string WhyNone(Named named, StoredCluster? stored) =>
        named.Server is not null && IsActive(stored?.Downtime)
            ? $"{Of(named)} is in no downtime of its own; its cluster {named.Cluster.Name} is"
            : $"{Of(named)} is in no downtime";

    private bool IsActive(Downtime? downtime) => downtime?.IsActiveAt(ports.Time.GetUtcNow()) == true;

    private static string Of(Named named) => named.Server is null ? $"cluster {named.Name}" : named.Name;
}
