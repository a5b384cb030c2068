using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Running;

/// <summary>Everything Flow says to the log, in one place.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Watching {Shard}: {Clusters} clusters with {Servers} servers as {Holder}")]
    public static partial void Watching(this ILogger logger, string shard, int clusters, int servers, string holder);

    [LoggerMessage(
        2, LogLevel.Information,
        "Another process watches {Shard}, or the fleet in another number of shards; standing by as {Holder}")]
    public static partial void StandingBy(this ILogger logger, string shard, string holder);

    [LoggerMessage(3, LogLevel.Warning, "Another process has the watch lease; watching stops until it is ours again")]
    public static partial void WatchLeaseLost(this ILogger logger);

    [LoggerMessage(4, LogLevel.Warning, "{Key} is suspected: {Because}")]
    public static partial void Suspected(this ILogger logger, string key, string because);

    [LoggerMessage(5, LogLevel.Information, "{Key} is no longer suspected")]
    public static partial void Cleared(this ILogger logger, string key);

    [LoggerMessage(6, LogLevel.Warning, "Verdict on {Key}: {Code}. {Because}")]
    public static partial void Verdict(this ILogger logger, string key, string code, string because);

    [LoggerMessage(7, LogLevel.Warning, "No recovery of {Key} ({Code}): {Because}. To allow it: {Remedy}")]
    public static partial void Held(this ILogger logger, string key, string code, string because, string remedy);

    [LoggerMessage(8, LogLevel.Information, "Recovery {Id}: {Stage} because {Because}")]
    public static partial void Stage(this ILogger logger, string id, string stage, string because);

    [LoggerMessage(9, LogLevel.Warning, "Recovery {Id}: {Step}: {Says}")]
    public static partial void StepFailed(this ILogger logger, string id, string step, string says);

    [LoggerMessage(10, LogLevel.Warning, "Recovery {Id} ended: {Outcome}")]
    public static partial void Ended(this ILogger logger, string id, string outcome);

    [LoggerMessage(
        11, LogLevel.Warning, "Recovery {Id}: the lease of cluster {Cluster} was lost; another process goes on")]
    public static partial void LeaseLost(this ILogger logger, string id, string cluster);

    [LoggerMessage(12, LogLevel.Information, "Recovery {Id} of cluster {Cluster} is taken up again at stage {Stage}")]
    public static partial void Resumed(this ILogger logger, string id, string cluster, string stage);

    /// <summary>Only the first line: libraries put whole traces and headers into their messages.</summary>
    /// <param name="what">What was tried, as the rest of a sentence: "store a recovery".</param>
    public static void Retrying(this ILogger logger, string what, Exception e) =>
        Retrying(logger, what, FirstLine(e));

    [LoggerMessage(13, LogLevel.Warning, "Cannot {What}; retrying: {Error}")]
    private static partial void Retrying(ILogger logger, string what, string error);

    /// <summary>
    /// What an error says, on one line: up to its first empty line. Storage puts status and error code on lines of
    /// their own, and ids and headers below an empty one.
    /// </summary>
    public static string FirstLine(Exception e)
    {
        ArgumentNullException.ThrowIfNull(e);
        var lines = e.Message.Split('\n', StringSplitOptions.TrimEntries)
            .TakeWhile(l => l.Length > 0 && !l.StartsWith("at ", StringComparison.Ordinal));
        return string.Join("; ", lines.Where(l => !IsAboutRequest(l)));
    }

    // It differs at every try.
    private static bool IsAboutRequest(string line) =>
        line.StartsWith("RequestId:", StringComparison.Ordinal) || line.StartsWith("Time:", StringComparison.Ordinal);

    [LoggerMessage(14, LogLevel.Information, "{Key} was found and joins cluster {Cluster}")]
    public static partial void Found(this ILogger logger, string key, string cluster);

    [LoggerMessage(15, LogLevel.Information, "Failure {Id} asks for nothing (any more); the message is dropped")]
    public static partial void Dropped(this ILogger logger, string id);

    [LoggerMessage(
        16, LogLevel.Warning,
        "Nobody watches {Key} of cluster {Cluster}, and the tables show {Code}: failure {Id} is sent")]
    public static partial void FoundUnwatched(this ILogger logger, string key, string cluster, string code, string id);

    [LoggerMessage(17, LogLevel.Information, "Removed {Recoveries} old recoveries and {Entries} old audit entries")]
    public static partial void Cleaned(this ILogger logger, int recoveries, int entries);

    [LoggerMessage(18, LogLevel.Warning, "{Key} is not replaced yet: {Because}")]
    public static partial void Waits(this ILogger logger, string key, string because);

    [LoggerMessage(
        19, LogLevel.Information, "Observing {Shard} from vantage point {Vantage} as {Holder}; another process acts")]
    public static partial void Observing(this ILogger logger, string shard, string vantage, string holder);

    [LoggerMessage(20, LogLevel.Warning, "{Shard}: {Because}")]
    public static partial void VantagesMissing(this ILogger logger, string shard, string because);

    [LoggerMessage(21, LogLevel.Warning, "Notice {Id} did not reach {Address} and is tried again: {Because}")]
    public static partial void NotDelivered(this ILogger logger, string id, string address, string because);

    [LoggerMessage(22, LogLevel.Error, "Notice {Id} is not brought to {Address} any more: {Because}")]
    public static partial void NoticeGivenUp(this ILogger logger, string id, string address, string because);

    [LoggerMessage(31, LogLevel.Warning, "practice failover: {Outcome}")]
    public static partial void PracticeFailed(this ILogger logger, string outcome);

    [LoggerMessage(32, LogLevel.Warning, "cluster {Cluster}: a failover would not succeed now. {Outcome}")]
    public static partial void WouldNotSucceed(this ILogger logger, string cluster, string outcome);

    [LoggerMessage(
        36, LogLevel.Information,
        "cluster {Cluster}: if its primary died now, {Candidate} would replace it. Rehearsed: {Outcome}")]
    public static partial void WouldSucceed(this ILogger logger, string cluster, string candidate, string outcome);

    [LoggerMessage(33, LogLevel.Warning, "Self-test at the start: {What} failed: {Error}")]
    public static partial void SelfTestFailed(this ILogger logger, string what, string error);

    [LoggerMessage(
        35, LogLevel.Warning,
        "Failures cannot be queued: {Error}. Recoveries still run. If the process that runs one dies, another process "
        + "takes it over later")]
    public static partial void QueueUnusable(this ILogger logger, string error);

    [LoggerMessage(34, LogLevel.Information, "Practised: {Clusters} clusters rehearsed")]
    public static partial void Practised(this ILogger logger, int clusters);

    [LoggerMessage(
        23, LogLevel.Error, "It was not stored who has to hear of the end of recovery {Id}, which goes on: {Says}")]
    public static partial void NotNoted(this ILogger logger, string id, string says);

    [LoggerMessage(
        30, LogLevel.Warning, "{Seed} of Discovery:Seeds is not found yet; retrying within a minute: {Because}")]
    public static partial void SeedRefused(this ILogger logger, string seed, string because);

    [LoggerMessage(
        40, LogLevel.Warning, "Cannot look for the servers of Discovery:Seeds; retrying within a minute: {Error}")]
    public static partial void SeedsNotTried(this ILogger logger, string error);

    [LoggerMessage(
        42, LogLevel.Critical,
        "Recovery {Id} is stopped: a check of this program on itself failed: {Failed}. It is a mistake in this "
        + "program")]
    public static partial void AssertionFailed(this ILogger logger, string id, string failed);

    [LoggerMessage(
        43, LogLevel.Error,
        "A look at {Key} met a mistake in this program, which says nothing of the server. It is logged once; /health "
        + "counts the next ones")]
    public static partial void OwnError(this ILogger logger, string key, Exception mistake);

    [LoggerMessage(50, LogLevel.Warning, "{From} answers at {To} now, in cluster {Cluster}: it is watched there")]
    public static partial void Moved(this ILogger logger, string from, string to, string cluster);

    [LoggerMessage(51, LogLevel.Warning, "{Key} is of cluster {To} now; it left cluster {From}")]
    public static partial void ChangedCluster(this ILogger logger, string key, string from, string to);

    [LoggerMessage(52, LogLevel.Information, "Cluster {Cluster} mentions {Key}: {Says}")]
    public static partial void Mentioned(this ILogger logger, string cluster, string key, string says);

    [LoggerMessage(41, LogLevel.Information, "Cluster {Cluster}: not owed any longer: {Entry}")]
    public static partial void Paid(this ILogger logger, string cluster, string entry);

    [LoggerMessage(53, LogLevel.Warning, "Setting {Says}")]
    public static partial void Setting(this ILogger logger, string says);
}
