using System.Collections.Concurrent;
using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Settings;

namespace OrchestratorFunctions.MySql.Reading;

/// <summary>
/// What probes of one server remember from one to the next: rarely asked answers, refused questions, parsed GTID texts.
/// </summary>
internal sealed class ProbeMemory
{
    // A refused question is asked again after so many rare ones: somebody may have granted the privilege.
    private const int RefusalsKeptFor = 60;
    private const int TextsKept = 8;
    private const int WholeEvery = 6;

    // Of a server that is looked at rarely: what was answered is older than it is where it is watched.
    private const long OldAfter = 45_000;

    private readonly ConcurrentDictionary<string, GtidPosition> texts = new();
    private readonly ConcurrentDictionary<string, Silence> silences = new();
    private volatile Rare rare = new(
        -1, ImmutableDictionary<ProbePart, QueryResult>.Empty, ImmutableDictionary<ProbePart, string>.Empty, [], 0);
    private volatile Listed? events;
    private string? role;
    private volatile bool isReplica, isReadOnlySinceStart;
    private int epoch;
    private int probes;
    private long wholeAt;
    private int refusalAge;

    /// <summary>Questions the server refuses, with what it said.</summary>
    public ImmutableDictionary<ProbePart, string> Refused => rare.Refused;

    public IReadOnlyDictionary<ProbePart, QueryResult> RareAnswers => rare.Answers;

    /// <summary>Words of the loaded semi-sync plugins as last seen; null when none was.</summary>
    public SemiSyncWords? SemiSyncWords =>
        rare.Answers.TryGetValue(ProbePart.SemiSyncVariables, out var variables)
            ? SemiSyncMapping.Words(variables)
            : null;

    /// <summary>
    /// Words of the plugin by which the server may be waiting for acknowledgements; null for a replica, and where none
    /// is loaded.
    /// </summary>
    public SemiSyncWords? SourceWords => !isReplica && HasSourcePlugin ? SemiSyncWords : null;

    /// <summary>
    /// What is asked of a server that restarted read-only and follows nobody until somebody opens or closes it.
    /// </summary>
    public ImmutableArray<ProbeQuestion> OriginQuestions(ServerFeatures features, ProbeDepth depth) =>
        isReadOnlySinceStart && !isReplica && depth != ProbeDepth.Whole ? ReadOnlyOrigin.Questions(features) : [];

    /// <summary>
    /// Asked beside what hardly changes, of a server on which our account may look up accounts; nothing where no
    /// replication account is configured.
    /// </summary>
    public ImmutableArray<ProbeQuestion> AccountQuestions(
        ServerFeatures features, MySqlOptions options, ProbeDepth depth)
    {
        return depth == ProbeDepth.Frequent ? [] : QuestionsOf(rare.Answers, features, options);
    }

    /// <summary>What answers allow to ask besides, and was not asked with them; mostly nothing.</summary>
    public ImmutableArray<ProbeQuestion> AccountQuestionsOf(
        IReadOnlyDictionary<ProbePart, QueryResult> answers, ServerFeatures features, MySqlOptions options)
    {
        ArgumentNullException.ThrowIfNull(answers);
        const ProbePart part = ProbePart.ReplicationAccount;
        return answers.ContainsKey(part) || Refused.ContainsKey(part) ? [] : QuestionsOf(answers, features, options);
    }

    private static ImmutableArray<ProbeQuestion> QuestionsOf(
        IReadOnlyDictionary<ProbePart, QueryResult> answers, ServerFeatures features, MySqlOptions options) =>
        options.HasReplicationAccount && answers.TryGetValue(ProbePart.Grants, out var grants)
            && GrantMapping.MayReadAccounts(grants, features)
                ? [ProbeQuestions.ReplicationAccount(features, options.ReplicationUser)]
                : [];

    private bool HasSourcePlugin =>
        rare.Answers.TryGetValue(ProbePart.SemiSyncVariables, out var variables)
        && SemiSyncMapping.MayBeSource(variables);

    /// <summary>What is asked with every probe because a semi-sync plugin is loaded; empty where none is.</summary>
    public IEnumerable<ProbeQuestion> SemiSyncQuestions
    {
        get
        {
            if (rare.SemiSyncSettings is { IsEmpty: false } names) yield return ProbeQuestions.SemiSyncSettings(names);
            if (SourceWords is { } words) yield return ProbeQuestions.SourceSemiSyncStatus(words);
        }
    }

    /// <summary>
    /// For how long the server has run by now: it is asked rarely, and a server that restarts breaks the session, which
    /// has it asked again.
    /// </summary>
    /// <param name="told">What it said when it was asked; null, when it did not tell, stays null.</param>
    /// <param name="nowMilliseconds">The clock that was given to <see cref="Keep"/>.</param>
    public long? UptimeSeconds(long? told, long nowMilliseconds) =>
        told + (Math.Max(0, nowMilliseconds - rare.StatusAt) / 1000);

    /// <summary>The next probe asks everything.</summary>
    public void Expire() => Interlocked.Increment(ref epoch);

    /// <summary>
    /// Whoever changed a server's role may have loaded the semi-sync plugin of a source with it: it is looked for.
    /// Where it is loaded, its settings are asked for with every probe.
    /// </summary>
    public void NoteRole(string seen, bool isReplica = false, bool isReadOnlySinceStart = false)
    {
        (this.isReplica, this.isReadOnlySinceStart) = (isReplica, isReadOnlySinceStart);
        var before = Interlocked.Exchange(ref role, seen);
        if (before is not null && before != seen && !HasSourcePlugin) Expire();
    }

    /// <summary>How much this probe is to ask, and under which epoch its answers are kept.</summary>
    /// <param name="nowMilliseconds">A clock that never goes back: a process that looks rarely goes by it.</param>
    public (ProbeDepth Depth, int Epoch) Next(bool isFreshSession, int rareEvery, long nowMilliseconds)
    {
        var now = Volatile.Read(ref epoch);
        var isRareDue = Interlocked.Increment(ref probes) % rareEvery == 0;
        var isWholeDue = isRareDue && probes / rareEvery % WholeEvery == 0;
        isWholeDue |= nowMilliseconds - Volatile.Read(ref wholeAt) > OldAfter;
        var depth = isFreshSession || rare.Epoch != now || isWholeDue ? ProbeDepth.Whole
            : isRareDue ? ProbeDepth.Rare : ProbeDepth.Frequent;
        if (depth == ProbeDepth.Whole) Volatile.Write(ref wholeAt, nowMilliseconds);
        if (depth != ProbeDepth.Frequent && Interlocked.Increment(ref refusalAge) % RefusalsKeptFor == 0)
            rare = rare with { Refused = ImmutableDictionary<ProbePart, string>.Empty };
        return (depth, now);
    }

    /// <summary>Keeps what is asked rarely; what was not asked now stays as it was.</summary>
    /// <param name="nowMilliseconds">A clock that never goes back.</param>
    public void Keep(
        int asOf, IReadOnlyDictionary<ProbePart, QueryResult> answers, ImmutableDictionary<ProbePart, string> refused,
        long nowMilliseconds)
    {
        var before = rare;
        if (asOf < before.Epoch) return; // an older probe that overlapped
        var kept = before.Answers.SetItems(answers.Where(a => a.Key >= ProbePart.NamedReplicas));
        var settings = answers.TryGetValue(ProbePart.SemiSyncVariables, out var variables)
            ? SemiSyncMapping.Settings(variables)
            : before.SemiSyncSettings;
        var statusAt = answers.ContainsKey(ProbePart.Status) ? nowMilliseconds : before.StatusAt;
        rare = new Rare(asOf, kept, refused, settings, statusAt);
    }

    /// <summary>Maps a list of events unless it is the last one: that stands for half a minute.</summary>
    public ScheduledEvents Events(QueryResult listed)
    {
        if (events is { } known && ReferenceEquals(known.QueryResult, listed)) return known.Events;
        var mapped = EventMapping.Read(listed);
        events = new(listed, mapped);
        return mapped;
    }

    /// <summary>Parses a GTID text unless it is one of the last.</summary>
    public GtidPosition Gtids(string text, bool isMariaDb)
    {
        if (text.Length == 0) return isMariaDb ? MariaDbGtidSet.Empty : GtidSet.Empty;
        if (texts.TryGetValue(text, out var known)) return known;
        var parsed = InstanceMapping.ReadGtids(text, isMariaDb);
        if (texts.Count >= TextsKept) texts.Clear();
        texts[text] = parsed;
        return parsed;
    }

    /// <summary>
    /// How long a replica has heard nothing shows in numbers that stand still (heartbeats counted, position read): a
    /// lower bound of the silence, null until they have been seen twice. Until they were seen to move, what the server
    /// itself tells may be longer.
    /// </summary>
    /// <param name="toldAgo">How long ago the server says it heard its source last; null when it does not say.</param>
    public TimeSpan? SilentFor(string channel, string counters, long nowMilliseconds, TimeSpan? toldAgo = null)
    {
        var silence = silences.AddOrUpdate(channel,
            _ => new Silence(counters, nowMilliseconds, false, false),
            (_, last) => last.Counters == counters
                ? last with { Repeated = true }
                : new Silence(counters, nowMilliseconds, true, true));
        var counted = silence.Repeated ? TimeSpan.FromMilliseconds(nowMilliseconds - silence.Since) : (TimeSpan?)null;
        return silence.Moved || toldAgo is null || toldAgo < counted ? counted : toldAgo;
    }

    private sealed record Rare(
        int Epoch, ImmutableDictionary<ProbePart, QueryResult> Answers, ImmutableDictionary<ProbePart, string> Refused,
        ImmutableArray<string> SemiSyncSettings, long StatusAt);

    private sealed record Listed(QueryResult QueryResult, ScheduledEvents Events);

    private sealed record Silence(string Counters, long Since, bool Repeated, bool Moved);
}
