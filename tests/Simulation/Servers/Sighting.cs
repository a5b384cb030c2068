using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Servers;

/// <summary>What a server answers to a probe, in the product's shape (as MySql/Probing maps the columns).</summary>
public static class Sighting
{
    /// <param name="silentFor">How long the asking process has seen the counters of its link stand still.</param>
    public static Instance Of(ModelServer server, TimeSpan? silentFor)
    {
        var (source, replica, flavour) = (server.Source, server.Replica, server.Flavour);
        var isReadOnly = server.ReadOnly || server.SuperReadOnly;
        return new Instance
        {
            Key = server.Address,
            ServerUuid = flavour.Uuid,
            ServerId = Transaction.ServerId(server.Index),
            Installation = flavour.Installation,
            Version = flavour.Version,
            ReadOnly = isReadOnly,
            SuperReadOnly = server.SuperReadOnly,
            OfflineMode = server.Admission.IsOffline,
            IsReadOnlyPending = server.SuperReadOnly && !server.ReadOnly,
            IsReadOnlySinceStart = isReadOnly && replica.Source is null ? !server.AreFlagsSet : null,
            BinaryLog = server.Shape.LogsReplicaUpdates ? Logging : NotPassingOn,
            Gtid = new GtidState(true, flavour.Executed, flavour.Purged),
            SemiSync = new SemiSync(
                true, source.IsSemiSync, source.IsSemiSync && source.IsActive, source.WaitFor, source.Clients,
                source.TimeoutMilliseconds, replica.Acknowledges, replica.Acknowledges),
            RelayLog = new RelayLog(server.Shape.RelayLogRecovery, 10_000),
            Missing = server.Admission.TellsRights ? server.Admission.Missing : null,
            ReplicationAccount = server.Admission.Account,
            Links = LinksOf(server, silentFor),
            ReportedReplicas = server.World.Shape.NamesReplicas ? [.. source.Replicas.Select(r => r.Address)] : [],
            Events = server.Events,
            UptimeSeconds = (server.World.Now - server.StartedAt) / Ticks.Second,
            Location = new Location(server.Shape.DataCenter),
        };
    }

    /// <summary>The same without what the server refused to tell: a probe alone knows nothing of it.</summary>
    public static Instance Without(Instance seen, InstanceParts parts) => seen with
    {
        Stale = parts,
        Links = parts.HasFlag(InstanceParts.Replication) ? []
            : parts.HasFlag(InstanceParts.Silence) ? [.. seen.Links.Select(l => l with { SilentFor = null, HeartbeatInterval = null })]
            : seen.Links,
        SemiSync = parts.HasFlag(InstanceParts.SemiSync) ? SemiSync.Off : seen.SemiSync,
        UptimeSeconds = parts.HasFlag(InstanceParts.Uptime) ? null : seen.UptimeSeconds,
    };

    private static readonly string[] Uuids = [.. Enumerable.Range(0, 8).Select(i => TransactionSet.Uuid(i).ToString())];
    private static readonly BinaryLog Logging = new(true, true, "ROW"), NotPassingOn = new(true, false, "ROW");

    public static string UuidText(int server) => Uuids[server];

    /// <summary>What it tells when a session is opened (ServerIdentity.LastingOf).</summary>
    public static string IdentityOf(ModelServer server) => server.Flavour.Uuid ?? server.Flavour.Installation!;

    private static ImmutableArray<ReplicationLink> LinksOf(ModelServer server, TimeSpan? silentFor)
    {
        ImmutableArray<ReplicationLink> own = server.Replica.Source is { } source ? [LinkOf(server, source, silentFor)] : [];
        return server.Other is { } other ? own.Add(other.Link) : own;
    }

    private static ReplicationLink LinkOf(ModelServer server, ModelServer source, TimeSpan? silentFor)
    {
        var replica = server.Replica;
        return new ReplicationLink
        {
            Source = server.Replica.Address!,
            User = Admission.ReplicationUser,
            // Empty until it has connected once since the address was changed.
            SourceUuid = replica.HasConnected ? source.Flavour.Uuid : null,
            Receiver = replica.Receiver,
            Applier = replica.Applier,
            AutoPosition = true,
            Received = server.Flavour.Received,
            LagSeconds = Lag(server),
            DelaySeconds = server.Shape.DelaySeconds,
            ReceiverErrorNumber = replica.ReceiverError,
            ReceiverError = replica.ReceiverError == 0 ? "" : "the receiver says why",
            ApplierErrorNumber = replica.ApplierError,
            ApplierError = replica.ApplierError == 0 ? "" : "the applier says why",
            SilentFor = silentFor,
            HeldUpBy = server.IsDiskFull && replica.Receiver == ReplicationThread.Running ? "Waiting for disk space" : "",
            HeartbeatInterval = TimeSpan.FromTicks(server.Shape.Heartbeat),
        };
    }

    // Seconds_Behind_Source: null when the applier stands, or when the receiver does and nothing is left to apply.
    private static long? Lag(ModelServer server)
    {
        var replica = server.Replica;
        if (replica.Applier != ReplicationThread.Running) return null;
        if (replica.Unapplied.Count == 0) return replica.Receiver == ReplicationThread.Running ? 0 : null;
        return (server.World.Now - replica.Unapplied[0].WrittenAt) / Ticks.Second;
    }
}
