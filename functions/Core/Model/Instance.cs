using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// One server as last seen, immutable. What it is tells <see cref="ServerIdentity"/>; names are aliases.
/// </summary>
public sealed record Instance
{
    public required InstanceKey Key { get; init; }

    /// <summary>server_uuid in lower case; null on MariaDB, which has none.</summary>
    public string? ServerUuid { get; init; }

    public uint ServerId { get; init; }

    /// <summary>
    /// Host name, port and data directory as the server tells them; with its server_id they tell a MariaDB server from
    /// another one. Null on MySQL, which has a server_uuid.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Installation { get; init; }

    public required ServerVersion Version { get; init; }

    /// <summary>read_only: ordinary accounts cannot write.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>super_read_only: nobody can write. Always false on MariaDB, which lacks it.</summary>
    public bool SuperReadOnly { get; init; }

    /// <summary>
    /// offline_mode: it throws out clients without an administrator's privilege and lets none in, replicas neither. It
    /// says nothing of writing. Always false on MariaDB, which lacks it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool OfflineMode { get; init; }

    /// <summary>
    /// It is being made read-only and blocks new writes, but waits for commits to end (semi-sync acknowledgements, long
    /// statements).
    /// </summary>
    public bool IsReadOnlyPending { get; init; }

    /// <summary>
    /// Whether it is read-only because it started so: nobody has set read_only or super_read_only since. False when
    /// somebody has. Null when it is not read-only, when it did not tell, and when it was not asked.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? IsReadOnlySinceStart { get; init; }

    public BinaryLog BinaryLog { get; init; } = BinaryLog.Off;
    public GtidState Gtid { get; init; } = GtidState.Off;
    public SemiSync SemiSync { get; init; } = SemiSync.Off;

    /// <summary>How it treats what it received and has not applied; null when it was not asked.</summary>
    public RelayLog? RelayLog { get; init; }

    /// <summary>What our own account is not allowed there and steps need; null when it did not tell.</summary>
    public MissingPrivileges? Missing { get; init; }

    /// <summary>Whether it has the account that new replicas log in with; null when that is not known.</summary>
    public ReplicationAccount? ReplicationAccount { get; init; }

    /// <summary>require_secure_transport: it turns away clients and replicas that come without TLS.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RequiresTls { get; init; }

    /// <summary>Its scheduled events; null when our account may not see all of them, or it was not asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ScheduledEvents? Events { get; init; }

    /// <summary>
    /// What earlier sightings had and this one lacks; null when there is nothing. Kept by <see cref="Member.With"/>: a
    /// probe alone cannot know.
    /// </summary>
    public Forgotten? Forgotten { get; init; }

    /// <summary>
    /// What it was when it was seen before its restart, where it came back following nobody and read-only from its
    /// configuration, and nobody opened or closed it since. Null where that is not so, or not known. Kept by
    /// <see cref="Member.With"/>: a probe alone cannot know.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RoleBeforeRestart? ClosedByRestart { get; init; }

    /// <summary>
    /// What it was before it was closed, as long as it does not tell whether it has restarted; null where it tells.
    /// Kept by <see cref="Member.With"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UntoldRestart? UntoldRestart { get; init; }

    public GroupMembership? Group { get; init; }
    public ImmutableArray<ReplicationLink> Links { get; init; } = [];

    /// <summary>Replicas the server itself names (SHOW REPLICAS, else dump threads in the process list).</summary>
    public ImmutableArray<InstanceKey> ReportedReplicas { get; init; } = [];

    /// <summary>Other names of the server (report_host, hostname, with its port).</summary>
    public ImmutableArray<InstanceKey> Aliases { get; init; } = [];

    public Location Location { get; init; } = Location.Unknown;

    /// <summary>For how long it has run, 0 within its first second; null when it did not tell.</summary>
    public long? UptimeSeconds { get; init; }

    /// <summary>
    /// For how long the session it was seen on has been open: it has not restarted since. Null when that is not known.
    /// </summary>
    public TimeSpan? SessionAge { get; init; }

    /// <summary>
    /// Parts that the newest probe did not answer: what stands here of them is what an earlier one saw, or nothing.
    /// </summary>
    public InstanceParts Stale { get; init; }

    /// <summary>When the stale parts were last answered; null when nothing is stale, or they never were.</summary>
    public DateTimeOffset? StaleSince { get; init; }

    /// <summary>
    /// Its links are as the newest probe saw them. While they are not, nothing that is said of them is true for sure,
    /// also not that there are none (S16).
    /// </summary>
    public bool KnowsLinks => !Stale.HasFlag(InstanceParts.Replication);

    /// <summary>Everybody may write. One that only waits for old commits to end accepts no new ones.</summary>
    public bool AcceptsWrites => !ReadOnly && !SuperReadOnly && !IsReadOnlyPending;

    public bool IsReplica => Links.Any(l => !l.IsDetached);

    /// <summary>
    /// The default channel's link, or the only one; null when there are several and none of them is the default one.
    /// Where a source is meant, <see cref="Topology.LinkBetween"/> says which link that is.
    /// </summary>
    public ReplicationLink? Link => Links is [var only] ? only : Links.FirstOrDefault(l => l.Channel.Length == 0);

    /// <summary>The link of a channel; without a name the default channel's, or the only one.</summary>
    public ReplicationLink? LinkOf(string? channel) =>
        channel is null ? Link : Links.FirstOrDefault(l => l.Channel == channel);

    public bool LogsReplicaUpdates => BinaryLog is { Enabled: true, LogsReplicaUpdates: true };

    /// <summary>Received or executed: what this server can end up with by itself.</summary>
    public GtidPosition AllReceived
    {
        get
        {
            var all = Gtid.Executed;
            foreach (var link in Links)
                if (link.Received is { IsEmpty: false } received && received.GetType() == all.GetType())
                    all = all.Union(received);
            return all;
        }
    }

    /// <summary>
    /// Whether it would throw away what it has received and not applied if its receiver stood still too, or was started
    /// alone: MariaDB deletes the relay log when one thread is started while both stand still (seen on 10.11).
    /// </summary>
    public bool WouldForget(ReplicationLink link)
    {
        ArgumentNullException.ThrowIfNull(link);
        return Version.Flavor == ServerFlavor.MariaDb && HasAppliedAll != true
            && link.Applier == ReplicationThread.Stopped;
    }

    /// <summary>
    /// Whether everything that arrived is executed; null when neither GTIDs nor positions can tell. GTIDs first: half a
    /// transaction, the last thing a dying source sent, keeps the positions apart for ever.
    /// </summary>
    public bool? HasAppliedAll
    {
        get
        {
            if (!KnowsLinks) return null;
            if (Gtid.Enabled && Links.All(TellsByGtid))
                return Links.All(l => l.Received is null || Gtid.Executed.Contains(l.Received));
            if (Links.All(l => l.AppliedAllByPosition == true)) return true;
            return Links.Any(l => l.AppliedAllByPosition == false) ? false : null;
        }
    }

    private bool TellsByGtid(ReplicationLink link) => Gtid.Executed is GtidSet
        ? link.Received is not MariaDbGtidSet
        : link.Received is MariaDbGtidSet { IsEmpty: false };

    /// <summary>With the parts that were not answered as an earlier sighting had them, and since when.</summary>
    /// <param name="at">When that sighting was.</param>
    internal Instance CompletedBy(Instance earlier, DateTimeOffset? at)
    {
        T Part<T>(InstanceParts part, T now, T before) => Stale.HasFlag(part) ? before : now;
        var (log, before) = (BinaryLog, earlier.BinaryLog);
        var position = Part(InstanceParts.BinaryLogPosition, log.Position, before.Position);
        var filters = Part(InstanceParts.BinaryLogPosition, log.Filters, before.Filters);
        return this with
        {
            Links = Part(InstanceParts.Replication, Links, earlier.Links),
            BinaryLog = log with { Position = position, Filters = filters },
            ReportedReplicas = Part(InstanceParts.ReportedReplicas, ReportedReplicas, earlier.ReportedReplicas),
            SemiSync = Part(InstanceParts.SemiSync, SemiSync, earlier.SemiSync),
            RelayLog = Part(InstanceParts.RelayLog, RelayLog, earlier.RelayLog),
            UptimeSeconds = Part(InstanceParts.Uptime, UptimeSeconds, earlier.UptimeSeconds),
            Group = Part(InstanceParts.Group, Group, earlier.Group),
            Missing = Part(InstanceParts.Rights, Missing, earlier.Missing),
            ReplicationAccount = Part(InstanceParts.Rights, ReplicationAccount, earlier.ReplicationAccount),
            RequiresTls = Part(InstanceParts.Rights, RequiresTls, earlier.RequiresTls),
            Location = Part(InstanceParts.Place, Location, earlier.Location),
            StaleSince = earlier.StaleSince ?? at,
        };
    }

    /// <summary>Structure and positions: what stands still while nobody writes and nothing is changed.</summary>
    public Instance WithoutCounters => this with
    {
        UptimeSeconds = null, SessionAge = null, StaleSince = null, IsReadOnlySinceStart = null,
        Links = [.. Links.Select(CounterlessOf)],
        ReportedReplicas = [.. ReportedReplicas.Order()],
    };

    private static ReplicationLink CounterlessOf(ReplicationLink link) => link with
    {
        SilentFor = null, HeldUpBy = "", LagSeconds = link.LagSeconds is null ? null : link.LagSeconds > 30 ? 31 : 0,
    };

    /// <summary>
    /// The parts whose change is news. Positions, lag and counters move all the time on a busy server and are left out.
    /// </summary>
    public Instance Structure => WithoutCounters with
    {
        BinaryLog = BinaryLog with { Position = null },
        Gtid = Gtid with { Executed = GtidSet.Empty, Purged = null },
        Links =
        [
            .. WithoutCounters.Links.Select(l => l with { Received = null, ReadPosition = null, ExecutedPosition = null }),
        ],
    };
}
