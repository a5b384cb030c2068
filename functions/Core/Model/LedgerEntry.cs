using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// One thing that a recovery did to a cluster and that somebody has to see to: it stands in the cluster's ledger from
/// before it happens until it is paid (S21). An entry of a kind this version does not know is not readable.
/// </summary>
/// <param name="Key">The server it is about.</param>
/// <param name="Recovery">The recovery that wrote it; empty when an older version did not say.</param>
/// <param name="At">When it was written.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "owed")]
[JsonDerivedType(typeof(Closed), "closed")]
[JsonDerivedType(typeof(MaybeOpen), "maybe-open")]
[JsonDerivedType(typeof(Stopped), "stopped")]
[JsonDerivedType(typeof(EventsStopped), "events-stopped")]
[JsonDerivedType(typeof(FormerPrimary), "former-primary")]
[JsonDerivedType(typeof(Target), "target")]
[JsonDerivedType(typeof(Writer), "writer")]
public abstract record LedgerEntry(InstanceKey Key, string Recovery, DateTimeOffset At)
{
    public InstanceKey Key { get; init; } = Key ?? throw new ArgumentNullException(nameof(Key));

    public string Recovery { get; init; } = Recovery ?? "";

    /// <summary>One sentence: what was done and what is open about it.</summary>
    [JsonIgnore]
    public abstract string Says { get; }

    /// <summary>It is knowledge that later recoveries need, and nobody has to do anything about it.</summary>
    [JsonIgnore]
    public virtual bool IsKnowledge => false;

    /// <summary>The same about servers that have other names by now.</summary>
    internal virtual LedgerEntry Renamed(Func<InstanceKey, InstanceKey> name) => this with { Key = name(Key) };

    /// <summary>
    /// The writer was told to refuse writes. Paid when another server took its place, or when it accepts writes again.
    /// </summary>
    /// <param name="MayComeLate">
    /// Nobody saw it take effect: the statement may wait in a session, so that the server may close later.
    /// </param>
    public sealed record Closed(InstanceKey Key, string Recovery, DateTimeOffset At, bool MayComeLate = false)
        : LedgerEntry(Key, Recovery, At)
    {
        public override string Says => MayComeLate
            ? $"recovery {Recovery} told {Key} to refuse writes and had no answer"
            : $"recovery {Recovery} told {Key} to refuse writes";
    }

    /// <summary>
    /// The server was told to accept writes in place of another one. Paid when it is the writer, or seen closed later.
    /// </summary>
    public sealed record MaybeOpen(InstanceKey Key, string Recovery, DateTimeOffset At) : LedgerEntry(Key, Recovery, At)
    {
        /// <summary>
        /// It was told after that to wait for fewer acknowledgements: what it acknowledged since it was last seen may
        /// be nowhere else.
        /// </summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool IsUnguarded { get; init; }

        public override string Says => $"recovery {Recovery} told {Key} to accept writes";
    }

    /// <summary>
    /// The replica's receiver was stopped. Paid when it receives again, or is the writer; where a recovery about the
    /// primary has put it below another replica, not before it receives from elsewhere or the primary is another one.
    /// </summary>
    /// <param name="Source">The server it received from.</param>
    /// <param name="MayComeLate">Nobody saw the statement end: it may stop the receiver later.</param>
    public sealed record Stopped(
        InstanceKey Key, InstanceKey Source, string Recovery, DateTimeOffset At, bool MayComeLate = false)
        : LedgerEntry(Key, Recovery, At)
    {
        /// <summary>
        /// The other replica that a recovery about the primary pointed it to on its way; null when there was none.
        /// </summary>
        public InstanceKey? PointedTo { get; init; }

        /// <summary>
        /// What stops it stops its applier too, which ran: it was to be pointed elsewhere, or cut loose.
        /// </summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool StopsApplier { get; init; }

        /// <summary>
        /// Somebody else had stopped its receiver before: only its applier is owed (S19).
        /// </summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool FoundStopped { get; init; }

        internal override LedgerEntry Renamed(Func<InstanceKey, InstanceKey> name) => this with
        {
            Key = name(Key), Source = name(Source), PointedTo = PointedTo is null ? null : name(PointedTo),
        };

        public override string Says => $"recovery {Recovery} stopped the replication of {Key} from {Source}"
            + (PointedTo is null ? "" : $" and pointed it to {PointedTo}");
    }

    /// <summary>
    /// The scheduled events of the writer were disabled, so that another server could take its place. Paid when they
    /// are enabled again, and when it is a replica: there they are disabled.
    /// </summary>
    public sealed record EventsStopped(InstanceKey Key, EventNames Events, string Recovery, DateTimeOffset At)
        : LedgerEntry(Key, Recovery, At)
    {
        public EventNames Events { get; init; } = Events ?? EventNames.None;

        public override string Says => $"recovery {Recovery} disabled scheduled events of {Key}: {Events.Says}";
    }

    /// <summary>
    /// Another server was told to take its place: should it come back writable, it is closed at once (S10). Paid when
    /// it is a replica again, or released by an operator.
    /// </summary>
    public sealed record FormerPrimary(InstanceKey Key, string Recovery, DateTimeOffset At)
        : LedgerEntry(Key, Recovery, At)
    {
        public override string Says => $"{Key} was replaced as the primary by recovery {Recovery}";
    }

    /// <summary>
    /// Everything a new writer must have: what a recovery knew to be within reach when it chose. Paid by a writer that
    /// has it (S4, S5).
    /// </summary>
    public sealed record Target(InstanceKey Key, GtidPosition Position, string Recovery, DateTimeOffset At)
        : LedgerEntry(Key, Recovery, At)
    {
        public override bool IsKnowledge => true;

        public override string Says => $"recovery {Recovery} knew {Position} to be within reach, for {Key}";
    }

    /// <summary>
    /// The server that a recovery opened last, under which epoch (S2): it was promoted, or a switch was taken back.
    /// Paid by the next one, or when it is seen to follow another member.
    /// </summary>
    public sealed record Writer(InstanceKey Key, long Epoch, string Recovery, DateTimeOffset At)
        : LedgerEntry(Key, Recovery, At)
    {
        /// <summary>Its semi-sync role when the recovery ended; null when it was not seen then.</summary>
        public SemiSync? SemiSync { get; init; }

        /// <summary>What it had executed when the recovery ended; null when it was not seen then.</summary>
        public GtidPosition? Position { get; init; }

        /// <summary>
        /// The primary whose place it took, where that one was seen to follow it when the recovery ended; else null.
        /// </summary>
        public InstanceKey? Replaced { get; init; }

        public override bool IsKnowledge => true;

        internal override LedgerEntry Renamed(Func<InstanceKey, InstanceKey> name) => this with
        {
            Key = name(Key), Replaced = Replaced is null ? null : name(Replaced),
        };

        public override string Says => $"recovery {Recovery} made {Key} the writer, epoch {Epoch}"
            + (Replaced is null ? "" : $", and {Replaced} its replica");
    }
}
