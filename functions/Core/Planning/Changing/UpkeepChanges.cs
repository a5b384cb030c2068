using System.Text.RegularExpressions;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Changing;

/// <summary>Begins a new file of the binary log (orchestrator's <c>flush-binary-logs</c>).</summary>
internal sealed class FlushesBinaryLogs : ServerChange
{
    /// <summary>Why there is nothing to do with its binary log; none when there is.</summary>
    public static IEnumerable<Refusal> OfNoLog(ChangeView view)
    {
        if (!view.Now.BinaryLog.Enabled)
            yield return new($"{view.Key} has no binary log", $"log_bin on {view.Key}");
    }

    public override IEnumerable<Refusal> WhyNot(ChangeView view) => OfNoLog(view);

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        yield return view.Stage("flush", $"{view.Key} is to begin a new file",
            (new FlushBinaryLogs(view.Key), "an operator asked for it"));
    }

    public override string Says(ChangeView view) => $"{view.Key} has begun a new binary log file";
}

/// <summary>
/// Deletes binary log files that nobody reads any more (orchestrator's <c>purge-binary-logs</c>). Whoever follows the
/// server has to be seen, and has to have read beyond them.
/// </summary>
internal sealed class PurgesBinaryLogs : ServerChange
{
    private static readonly Regex FileName = new(
        @"^[A-Za-z0-9_.\-]{1,200}\.[0-9]{1,18}\z", RegexOptions.CultureInvariant);

    public override IEnumerable<Refusal> WhyNotWhatever(ChangeView view) => FlushesBinaryLogs.OfNoLog(view);

    public override IEnumerable<Refusal> WhyNot(ChangeView view)
    {
        if (!view.Now.BinaryLog.Enabled) return WhyNotWhatever(view);
        if (view.Details.LogFile != ChangeDetails.Newest && !FileName.IsMatch(view.Details.LogFile))
            return [new($"'{view.Details.LogFile}' is no binary log file",
                $"a name like binlog.000042, or {ChangeDetails.Newest}")];
        if (FileOf(view) is not { } file)
            return [new($"{view.Key} does not say which file it writes to", "the name of a file")];
        return view.Details.IsForced ? [] : [.. OfReaders(view, file), .. OfUnknown(view)];
    }

    private static IEnumerable<Refusal> OfReaders(ChangeView view, string file)
    {
        var oldest = new BinlogPosition(file, 0);
        foreach (var (replica, link) in Followers(view))
        {
            // What it has received and not applied it may have to fetch again, as after its restart.
            if (replica.Current is null || link?.ExecutedPosition is not { } done)
                yield return new($"what {replica.Key} has applied is not known", OrForce($"access to {replica.Key}"));
            else if (oldest.TryCompare(done) is not <= 0 && new BinlogPosition(done.File, 0) != oldest)
                yield return new($"{replica.Key} needs {done.File} yet", OrForce($"{replica.Key} beyond {done.File}"));
        }
    }

    // A detached one is to come back.
    private static IEnumerable<(Member Replica, ReplicationLink? Link)> Followers(ChangeView view) =>
        from member in view.Topology.Members
        where member.Key != view.Key
        let links = member.LastKnown?.Links ?? []
        let link = view.Topology.LinkBetween(member, view.Key)
            ?? links.FirstOrDefault(l => l.IsDetached && view.Topology[Detach.SourceOf(l)]?.Key == view.Key)
        where link is not null
        select (member, link);

    private static IEnumerable<Refusal> OfUnknown(ChangeView view) =>
        view.Now.ReportedReplicas.Where(r => view.Topology[r] is null).Select(r =>
            new Refusal($"{r} reads from {view.Key} and is not known here", OrForce($"discover {r}")));

    private static string OrForce(string remedy) => $"{remedy}; or {LinkRefusal.Force}, and it cannot go on";

    private static string? FileOf(ChangeView view) => view.Details.LogFile == ChangeDetails.Newest
        ? view.Now.BinaryLog.Position?.File
        : view.Details.LogFile;

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        if (FileOf(view) is { } file)
            yield return view.Stage("purge", view.Details.IsForced
                    ? $"what is older than {file} is to go, whoever reads it"
                    : $"nobody reads what is older than {file}",
                (new PurgeBinaryLogs(view.Key, file), "an operator asked for it"));
    }

    public override string Says(ChangeView view) =>
        $"{view.Key} was told to delete its binary logs before {view.Recovery.Stages.SelectMany(s => s.Stage.Steps)
            .Select(s => s.Step).OfType<PurgeBinaryLogs>().FirstOrDefault()?.File}; one that is being read stays";
}

/// <summary>Ends the statement of one session (orchestrator's <c>kill-query</c>).</summary>
internal sealed class KillsQuery : ServerChange
{
    public override IEnumerable<Refusal> WhyNot(ChangeView view) => [];

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        yield return view.Stage("kill", $"a statement on {view.Key} is to end",
            (new KillQuery(view.Key, view.Details.Session ?? 0), "an operator asked for it"));
    }

    public override string Says(ChangeView view) =>
        $"the statement of session {view.Details.Session} on {view.Key} was told to end";
}
