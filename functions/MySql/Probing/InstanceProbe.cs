using System.Collections.Immutable;
using MySqlConnector;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Running;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Errors;
using OrchestratorFunctions.MySql.Reading;
using OrchestratorFunctions.MySql.Sessions;

namespace OrchestratorFunctions.MySql.Probing;

/// <summary>Looks at one server in one round trip on a session kept open, and says what came of it.</summary>
public sealed class InstanceProbe : IInstanceProbe
{
    private const int TurnsForReturned = 10;

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);

    private readonly SessionRegistry registry;
    private readonly Ambiguity ambiguity;
    private readonly OwnErrors? mistakes;

    /// <param name="mistakes">Hears of exceptions that are no answer of a server; null where nobody counts
    /// them.</param>
    internal InstanceProbe(SessionRegistry registry, OwnErrors? mistakes = null)
    {
        (this.registry, this.mistakes) = (registry, mistakes);
        ambiguity = new Ambiguity(registry.SessionOpener);
    }

    /// <inheritdoc/>
    public async Task<ProbeOutcome> ProbeAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel)
    {
        var server = registry.Of(key);
        var limit = new Countdown(server.Time, timeout);
        var wasOpen = server.Probing.TakeIdle();
        if (wasOpen is not null)
        {
            var (outcome, isSessionBroken) = await TryAsync(server, wasOpen, limit, cancel);
            // A restarted server broke the session and is well: a fresh one decides, in what time is left.
            if (!isSessionBroken || limit.Elapsed >= timeout) return outcome;
        }
        var fresh = (await TryAsync(server, null, limit, cancel)).Outcome;
        return fresh is ProbeOutcome.Failed { Kind: ProbeFailureKind.TooManyConnections }
            ? await WithReturnedAsync(server, fresh, limit, timeout, cancel)
            : fresh;
    }

    // Our own sessions may be what fills the account: another look at the same server gives its one back in a moment.
    private async Task<ProbeOutcome> WithReturnedAsync(
        ServerSessions server, ProbeOutcome full, Countdown limit, TimeSpan timeout, CancellationToken cancel)
    {
        for (var turn = 0; turn < TurnsForReturned && limit.Elapsed + Breath < timeout; turn++)
        {
            await Task.Delay(Breath, server.Time, cancel);
            if (server.Probing.TakeIdle() is { } returned)
                return (await TryAsync(server, returned, limit, cancel)).Outcome;
        }
        return full;
    }

    /// <inheritdoc/>
    public Task<string?> AmbiguityAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel) =>
        ambiguity.FindAsync(key, timeout, cancel);

    /// <inheritdoc/>
    public void Forget(InstanceKey key) => registry.Forget(key);

    /// <inheritdoc/>
    public async Task<ImmutableArray<string>> ReplicaHostsAsync(
        InstanceKey source, TimeSpan timeout, CancellationToken cancel)
    {
        var server = registry.Of(source);
        try
        {
            var clients = await server.BesideAsync(
                (session, limit) => session.QueryAsync(
                    ProbeQuestions.DumpClients.Sql, QueryResult.ReadAsync, limit.Left, cancel),
                timeout, cancel);
            return ReplicaMapping.HostsOf(source, clients);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancel.IsCancellationRequested)
        {
            var failed = ProbeFailureClassifier.Of(e, wasOpen: true);
            if (failed.Kind == ProbeFailureKind.OwnError) mistakes?.Note(source, e);
            return [];
        }
    }

    /// <inheritdoc/>
    public async Task<LogsRead> SearchLogsAsync(
        InstanceKey key, LogSearch search, TimeSpan timeout, CancellationToken cancel)
    {
        try
        {
            return await registry.Of(key).BesideAsync(
                (session, limit) => LogFiles.SearchAsync(key, session, search, limit, cancel), timeout, cancel);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancel.IsCancellationRequested)
        {
            var failed = ProbeFailureClassifier.Of(e, wasOpen: true);
            if (failed.Kind == ProbeFailureKind.OwnError) mistakes?.Note(key, e);
            return new(search, 0, LogFiles.WhyNot(key, failed));
        }
    }

    private async Task<(ProbeOutcome Outcome, bool IsSessionBroken)> TryAsync(
        ServerSessions server, Session? open, Countdown limit, CancellationToken cancel)
    {
        var session = open;
        try
        {
            session ??= await server.SessionOpener.OpenAsync(server.Key, limit.Left, cancel);
            var outcome = await AskAsync(server, session, open is null, limit, cancel);
            server.Probing.Return(session);
            return (outcome, false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            session?.Close();
            throw;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            session?.Close();
            var isBroken = open is not null && !ProbeFailureClassifier.IsServerAnswer(e)
                && !ProbeFailureClassifier.IsTimeout(e);
            var failed = ProbeFailureClassifier.Of(e, wasOpen: session is not null);
            if (failed.Kind == ProbeFailureKind.OwnError) mistakes?.Note(server.Key, e);
            return (failed, isBroken);
        }
    }

    private static async Task<ProbeOutcome> AskAsync(
        ServerSessions server, Session session, bool isFresh, Countdown limit, CancellationToken cancel)
    {
        var (age, memory) = (session.Age, server.Memory);
        var features = await server.FeaturesAsync(session, limit.Left, cancel);
        var (depth, epoch) = memory.Next(isFresh, server.Options.FullProbeEvery, server.Milliseconds);
        ImmutableArray<ProbeQuestion> questions =
        [
            .. server.Questions(features, depth), .. memory.SemiSyncQuestions,
            .. memory.OriginQuestions(features, depth), .. memory.AccountQuestions(features, server.Options, depth),
        ];
        var (answers, refused, passing) = await AskAsync(session, features, questions, memory, limit, cancel);
        // Whether accounts may be looked up is told just now: a command looks once, and would never learn of them.
        if (memory.AccountQuestionsOf(answers, features, server.Options) is { IsEmpty: false } more)
            (answers, refused, passing) = (await AskAsync(session, features, more, memory, limit, cancel))
                .After(answers, refused, passing);
        if (refused.ContainsKey(ProbePart.SemiSyncSettings) || refused.ContainsKey(ProbePart.ReplicationAccount))
        {
            // A plugin was unloaded, or a privilege taken away: what is known of it is out of date.
            refused = refused.Remove(ProbePart.SemiSyncSettings).Remove(ProbePart.ReplicationAccount);
            memory.Expire();
        }
        var now = server.Milliseconds;
        if (depth != ProbeDepth.Frequent) memory.Keep(epoch, answers, refused.RemoveRange(passing), now);
        foreach (var (part, table) in memory.RareAnswers) answers.TryAdd(part, table);
        var instance = WithSilence(InstanceMapping.Map(server.Key, answers, memory.Gtids), answers, memory, now);
        instance = RightsMapping.With(instance, answers, features, server.Options.ReplicationUser);
        instance = instance with
        {
            Events = refused.ContainsKey(ProbePart.Events) ? null : EventMapping.Map(answers, memory),
            UptimeSeconds = memory.UptimeSeconds(instance.UptimeSeconds, now), SessionAge = age,
        };
        memory.NoteRole(RoleOf(instance), isReplica: instance.Links.Length > 0, instance.IsReadOnlySinceStart is true);
        // A server with a broken table of events serves all the same: of its events nothing is known then.
        refused = refused.Remove(ProbePart.Events);
        if (refused.IsEmpty) return new ProbeOutcome.Seen(instance);
        var stale = refused.Keys.Aggregate(InstanceParts.None, (all, part) => all | InstanceMapping.PartsOf(part));
        return new ProbeOutcome.Partly(
            instance with { Stale = stale }, [.. refused.Values.Order(StringComparer.Ordinal)]);
    }

    private static string RoleOf(Instance instance) =>
        $"{instance.ReadOnly}/{string.Join(',', instance.Links.Select(l => l.Source))}";

    // Without its variables there is no server to speak of; one that lacks those of its version is of another family.
    private static async Task<Said> AskAsync(
        Session session, ServerFeatures features, ImmutableArray<ProbeQuestion> questions, ProbeMemory memory,
        Countdown limit, CancellationToken cancel)
    {
        try
        {
            return await ProbeExecution.AskAsync(session, questions, memory.Refused, limit, cancel);
        }
        catch (MySqlException e) when (e.ErrorCode == MySqlErrorCode.UnknownSystemVariable)
        {
            throw UnsupportedServerException.Pretending(
                features.Version, ProbeFailureClassifier.Said((int)e.ErrorCode, e), e);
        }
    }

    // Heartbeats come only while the source is idle, events only while it is not: either moves one of these numbers.
    private static Instance WithSilence(
        Instance instance, Dictionary<ProbePart, QueryResult> answers, ProbeMemory memory, long now)
    {
        var channels = answers.GetValueOrDefault(ProbePart.Silence, QueryResult.Empty).Rows
            .ToDictionary(r => r.Text("CHANNEL_NAME"));
        // Only MariaDB counts here, and names its connections: on MySQL two channels would be two rows without a name.
        var named = answers.GetValueOrDefault(ProbePart.Replication, QueryResult.Empty).Rows
            .Where(r => r.Has("Slave_received_heartbeats"))
            .ToDictionary(r => r.Text("Connection_name"), r => r.Text("Slave_received_heartbeats"));
        return instance with { Links = [.. instance.Links.Select(l => l with { SilentFor = SilentFor(l) })] };

        TimeSpan? SilentFor(ReplicationLink link)
        {
            var isListed = channels.TryGetValue(link.Channel, out var listed);
            var counted = isListed ? listed.Text("COUNT_RECEIVED_HEARTBEATS") : named.GetValueOrDefault(link.Channel);
            if (string.IsNullOrEmpty(counted)) return null;
            // A receiver that runs may be in the middle of a long transaction, which the server times only at its end.
            var told = isListed && link.Receiver != ReplicationThread.Running
                ? listed.Number("HEARD_MICROSECONDS_AGO")
                : null;
            TimeSpan? toldAgo = told is { } microseconds and >= 0 ? TimeSpan.FromMicroseconds(microseconds) : null;
            return memory.SilentFor(link.Channel, LinkMapping.Counters(link, counted), now, toldAgo);
        }
    }
}
