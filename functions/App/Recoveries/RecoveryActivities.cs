using Microsoft.Azure.Functions.Worker;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.App.Recoveries;

/// <summary>
/// What an orchestration does outside itself: each activity is one bounded, repeatable call of a flow under the
/// cluster's lease.
/// </summary>
public sealed class RecoveryActivities(AppSource rooms, TimeProvider time)
{
    /// <summary>
    /// Looks, asks the gate, plans the first stage and stores it; finds a recovery already begun or ended.
    /// </summary>
    [Function(Names.BeginRecovery)]
    public async Task<StageReport> BeginRecoveryAsync([ActivityTrigger] RecoveryOrder order, CancellationToken cancel)
    {
        if (FailureMessage.Read(order.Failure, out var problem) is not { } failure) return new StageReport(nameof(RunStatus.NothingToDo), "", $"the failure {problem}");
        var room = await rooms.OpenAsync(cancel);
        return StageReport.Of(await room.Flow.Recover.RunAsync(failure, cancel, stages: 0));
    }

    /// <summary>The same for a planned switch.</summary>
    [Function(Names.BeginSwitch)]
    public Task<StageReport> BeginSwitchAsync([ActivityTrigger] RecoveryOrder order, CancellationToken cancel) => BeginPlanAsync(order, cancel);

    /// <summary>The same for any plan an operator asks for.</summary>
    [Function(Names.BeginPlan)]
    public async Task<StageReport> BeginPlanAsync([ActivityTrigger] RecoveryOrder order, CancellationToken cancel)
    {
        if (order.Read() is not { } asked) return new StageReport(nameof(RunStatus.NothingToDo), "", $"a plan '{order.Kind}' is not known here");
        var room = await rooms.OpenAsync(cancel);
        // In the middle of a switch there may be no single primary, so it is looked for first whether this one has
        // begun.
        if (await room.Flow.Ports.Recoveries.ReadAsync(order.Id, cancel) is { Recovery: var known }) return StageReport.Of(new RunResult(known.IsEnded ? RunStatus.Ended : RunStatus.MoreToDo, known));
        var result = await room.Flow.Command.RunAsync(asked, cancel, order.Id, stages: 0);
        return result.End == RunStatus.Refused ? new StageReport(nameof(RunStatus.NothingToDo), "", result.Refusal?.Says ?? "") : StageReport.Of(result);
    }

    /// <summary>Runs the stored stage, looks again, plans and stores the next one.</summary>
    [Function(Names.RunStage)]
    public async Task<StageReport> RunStageAsync([ActivityTrigger] NextStage next, CancellationToken cancel)
    {
        var room = await rooms.OpenAsync(cancel);
        return StageReport.Of(await room.Flow.Recover.StepAsync(new ClusterId(next.Cluster), next.Id, cancel));
    }

    /// <summary>Tells the recovery what an operator said; a word that comes to nothing changes nothing.</summary>
    [Function(Names.TellRecovery)]
    public async Task<StageReport> TellRecoveryAsync([ActivityTrigger] WordForRecovery said, CancellationToken cancel)
    {
        var room = await rooms.OpenAsync(cancel);
        var word = new OperatorWord(
            said.Word.Wish, said.Word.By, said.Word.Because, time.GetUtcNow(), said.Word.Candidate.Length > 0 ? InstanceKey.Parse(said.Word.Candidate) : null);
        return StageReport.Of(await room.Flow.Tell.RunAsync(new ClusterId(said.Cluster), said.Id, word, cancel, stages: 0));
    }
}
