using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.SelfTest;

namespace OrchestratorFunctions.Local.Cli;

/// <summary>Commands that write: to the store, or to servers.</summary>
internal static class ActingCommands
{
    private static string Actor => $"{Environment.UserName}@{Environment.MachineName}";

    public static async Task<int> ServeAsync(Run run)
    {
        try
        {
            await Serve.RunAsync(run.Room, run.Loggers, run.Cancel);
            return Exit.Done;
        }
        catch (IOException e)
        {
            return run.Fail(
                $"Serve:Url '{run.Room.Settings.Serve.Url}': cannot listen there: {e.Message}", Exit.BadInput);
        }
    }

    public static async Task<int> DiscoverAsync(Run run, string[] seeds, string alias)
    {
        var keys = new List<InstanceKey>();
        foreach (var seed in seeds)
            if (InstanceKey.TryParse(seed, out var key, out var problem)) keys.Add(key);
            else return run.Fail(problem, Exit.BadInput);
        if (Alias.WhyNot(alias) is { } wrong) return run.Fail($"--alias: {wrong}", Exit.BadInput);
        var (found, refused) = await run.Room.Flow.OperatorDiscovery.RunAsync(keys, alias, Actor, run.Cancel);
        if (found is null) return run.Fail(refused);
        foreach (var warning in found.Warnings) await Console.Error.WriteLineAsync($"warning: {warning}");
        if (run.Json) Run.Print(DiscoveryReport.Of(found));
        else foreach (var t in found.Clusters) Run.Print($"{(t.Alias.Length > 0 ? $"{t.Alias} ({t.Cluster})" : t.Cluster.Value)}\n{TopologyText.Draw(t)}\n{TopologyNotes.Of(t, null)}");
        foreach (var refusal in found.Refusals) await Console.Error.WriteLineAsync(refusal);
        return found.Refusals.Length == 0 ? Exit.Done : Exit.Refused;
    }

    public static async Task<int> TakeoverAsync(Run run, string hint, string? to)
    {
        if (await run.FindAsync(hint) is not { } cluster) return Exit.BadInput;
        var wanted = to is null ? null : await run.FindServerAsync(to, "--to", cluster);
        if (to is not null && wanted is null) return Exit.BadInput;
        var problem = await run.Room.Flow.WarmUp.BeforeTakeoverAsync(cluster, run.Cancel);
        if (problem.Length > 0) await Console.Error.WriteLineAsync(problem);
        run.Room.Flow.Recover.Records.Progress += Tell;
        return Ended(run, cluster, "takeover", await run.Room.Flow.Command.TakeoverAsync(
            cluster, wanted?.Server, Actor, run.Cancel));
    }

    public static async Task<int> OpenAsync(Run run, string hint, string? server, string because)
    {
        if (WhyNoReason(because) is { } problem) return run.Fail(problem, Exit.BadInput);
        if (await run.FindAsync(hint) is not { } cluster) return Exit.BadInput;
        var named = server is null ? null : await run.FindServerAsync(server, "--server", cluster);
        if (server is not null && named is null) return Exit.BadInput;
        run.Room.Flow.Recover.Records.Progress += Tell;
        return Ended(run, cluster, "opening", await run.Room.Flow.Command.OpenAsync(
            cluster, named?.Server, Actor, because, run.Cancel));
    }

    public static async Task<int> FailoverAsync(Run run, string hint, string? to, OperatorRequest request)
    {
        if (WhyNoReason(request.Because) is { } problem) return run.Fail(problem, Exit.BadInput);
        if (await run.FindAsync(hint) is not { } cluster) return Exit.BadInput;
        var wanted = to is null ? null : await run.FindServerAsync(to, "--to", cluster);
        if (to is not null && wanted is null) return Exit.BadInput;
        run.Room.Flow.Recover.Records.Progress += Tell;
        var order =
            new OperatorOrder(cluster, PlanKinds.DeadPrimary, null, wanted?.Server, Actor) { Request = request };
        return Ended(run, cluster, "failover", await run.Room.Flow.Command.RunAsync(order, run.Cancel));
    }

    private static string? WhyNoReason(string because) =>
        string.IsNullOrWhiteSpace(because) ? "--because: expected the reason, for those who read the record" : null;

    public static async Task<int> RelocateAsync(Run run, string instance, string below)
    {
        if (await run.FindServerAsync(instance) is not { Cluster.Id: var cluster } moved) return Exit.BadInput;
        if (await run.FindServerAsync(below, "--below", cluster) is not { } source) return Exit.BadInput;
        run.Room.Flow.Recover.Records.Progress += Tell;
        return Ended(run, cluster, "move", await run.Room.Flow.Command.RunAsync(
            new(cluster, PlanKinds.Relocate, moved.Server, source.Server, Actor), run.Cancel));
    }

    private static int Ended(Run run, ClusterId cluster, string what, RunResult result)
    {
        if (result.End == RunStatus.Refused)
            return run.Fail(
                $"cluster {cluster}: {result.Refusal?.Says}; look at: topology {cluster}, recoveries {cluster}");
        if (result is { End: RunStatus.Busy })
            return run.Fail($"cluster {cluster}: another recovery is running; look at: recoveries {cluster}");
        if (result is not { End: RunStatus.Ended, Recovery: { } recovery })
            return run.Fail(
                $"cluster {cluster}: the {what} did not run to its end ({result.End}); look at: recoveries {cluster}");
        if (run.Json) Run.Print(recovery);
        else Run.Print(recovery.Outcome!.Says + $"\nThe whole story: explain {recovery.Id}");
        return recovery.Outcome!.IsSuccess ? Exit.Done : Exit.Refused;
    }

    public static async Task<int> AcknowledgeAsync(Run run, string id, string because)
    {
        if (await run.FindRecoveryAsync(id) is { Recovery: var recovery } stored)
        {
            id = recovery.Id;
            if (stored.AcknowledgedBy.Length > 0)
                return run.Fail($"recovery {id} is acknowledged already, by {stored.AcknowledgedBy}");
        }
        if (!await run.Room.Ports.Recoveries.AcknowledgeAsync(id, Actor, because, run.Cancel))
            return run.Fail($"recovery '{id}': there is none of this id", Exit.BadInput);
        await AuditAsync(run, "acknowledge", null, $"{id}: {because}");
        return Exit.Done;
    }

    public static async Task<int> TellAsync(Run run, string id, OperatorWish wish, string because)
    {
        if (await run.FindRecoveryAsync(id) is not { Recovery: var recovery })
            return run.Fail($"recovery '{id}': there is none of this id; list them with: recoveries", Exit.BadInput);
        run.Room.Flow.Recover.Records.Progress += Tell;
        var word = new OperatorWord(wish, Actor, because, DateTimeOffset.UtcNow, recovery.Choice?.Candidate);
        await AuditAsync(run, $"{word.Wish} recovery", recovery.Cluster, $"{recovery.Id}: {because}");
        var result = await run.Room.Flow.Tell.RunAsync(recovery.Cluster, recovery.Id, word, run.Cancel);
        if (result.End == RunStatus.Refused) return run.Fail(result.Refusal!.Says);
        if (result.End == RunStatus.Left)
        {
            Run.Print($"The process that runs recovery {recovery.Id} will hear it at its next stage, unless a server is told to accept writes before; look at: explain {recovery.Id}");
            return Exit.Done;
        }
        if (result is not { End: RunStatus.Ended, Recovery: { } ended }) return run.Fail(result.End == RunStatus.Busy
            ? $"recovery {recovery.Id} is being run by another process at this moment; say it again"
            : $"recovery {recovery.Id} did not run to its end ({result.End}); look at: explain {recovery.Id}");
        if (run.Json) Run.Print(ended);
        else Run.Print($"{ended.Outcome!.Says}\nThe whole story: explain {recovery.Id}");
        return wish == OperatorWish.Cancel || ended.Outcome!.IsSuccess ? Exit.Done : Exit.Refused;
    }

    public static async Task<int> DowntimeAsync(Run run, string name, string length, string because) =>
        Duration.TryParse(length, out var duration, out var problem)
            ? Answered(run, await run.Room.Flow.Verbs.Downtime.BeginAsync(name, duration, Actor, because, run.Cancel))
            : run.Fail($"--for {problem}", Exit.BadInput);

    public static async Task<int> EndDowntimeAsync(Run run, string name, string because) =>
        Answered(run, await run.Room.Flow.Verbs.Downtime.EndAsync(name, Actor, because, run.Cancel));

    public static async Task<int> PromotionRuleAsync(Run run, string name, string rule, string? length, string because)
    {
        var isRead = Duration.TryParse(length, out var duration, out var problem);
        if (length is not null && !isRead) return run.Fail($"--for {problem}", Exit.BadInput);
        TimeSpan? lasts = length is null ? null : duration;
        return Answered(
            run, await run.Room.Flow.Verbs.PromotionRule.SetAsync(name, rule, lasts, Actor, because, run.Cancel));
    }

    public static async Task<int> AliasAsync(Run run, string cluster, string? alias, bool removes)
    {
        if (removes == !string.IsNullOrEmpty(alias))
            return run.Fail("alias: expected a name, or --remove instead", Exit.BadInput);
        return Answered(run, await run.Room.Flow.Verbs.Alias.SetAsync(cluster, alias ?? "", Actor, run.Cancel));
    }

    public static async Task<int> ForgetAsync(Run run, string name, bool isForced) =>
        Answered(run, await run.Room.Flow.Verbs.Forget.RunAsync(name, isForced, Actor, run.Cancel));

    public static async Task<int> SplitAsync(Run run, string name, string alias) =>
        Answered(run, await run.Room.Flow.Verbs.Split.RunAsync(name, alias, Actor, run.Cancel));

    public static async Task<int> AdoptAsync(Run run, string name, string cluster) =>
        Answered(run, await run.Room.Flow.Verbs.Adopt.RunAsync(name, cluster, Actor, run.Cancel));

    private static int Answered(Run run, VerbAnswer answer)
    {
        if (answer.Refusal is { } refusal)
            return run.Fail(refusal.Says, answer.End == VerbEnd.BadInput ? Exit.BadInput : Exit.Refused);
        if (run.Json) Run.Print(new { says = answer.Says });
        else Run.Print(answer.Says);
        return Exit.Done;
    }

    public static async Task<int> SwitchAsync(Run run, bool enabled, string because)
    {
        if (await run.Room.Ports.Settings.IsRecoveryEnabledAsync(run.Cancel) == enabled)
            return run.Fail($"recoveries are {(enabled ? "enabled" : "disabled")} already");
        await run.Room.Ports.Settings.SetRecoveryEnabledAsync(enabled, Actor, because, run.Cancel);
        await AuditAsync(run, enabled ? "enable-recovery" : "disable-recovery", null, because);
        return Exit.Done;
    }

    private static Task AuditAsync(Run run, string act, ClusterId? cluster, string says) =>
        run.Room.Ports.Audit.WriteAsync(
            new AuditEntry(DateTimeOffset.UtcNow, Actor, act, cluster, null, says), run.Cancel);

    private static void Tell(Recovery recovery) =>
        Console.Error.WriteLine($"{recovery.Stages[^1].Stage.Name}: {recovery.Stages[^1].Stage.Because}");
}
