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
    public async Task<StageReport> BeginRecoveryAsync([ActivityTrigger] OrchestrationInput order, CancellationToken cancel)
    {
        if (FailureMessage.Read(order.Failure, out var problem) is not { } failure) return new StageReport(nameof(RunStatus.NothingToDo), "", $"the failure {problem}");
        var room = await rooms.OpenAsync(cancel);
        return StageReport.Of(await room.Flow.Recover.RunAsync(failure, cancel, stages: 0));
    }

    /// <summary>Runs the stored stage, looks again, plans and stores the next one.</summary>
    [Function(Names.RunStage)]
    public async Task<StageReport> RunStageAsync([ActivityTrigger] OrchestrationInput next, CancellationToken cancel)
    {
        var room = await rooms.OpenAsync(cancel);
        return StageReport.Of(await room.Flow.Recover.StepAsync(new ClusterId(next.Cluster), next.Id, cancel));
    }

    /// <summary>Tells the recovery what an operator said; a word that comes to nothing changes nothing.</summary>
    [Function(Names.SignalRecovery)]
    public async Task<StageReport> SignalRecoveryAsync([ActivityTrigger] SignalInput said, CancellationToken cancel)
    {
        var room = await rooms.OpenAsync(cancel);
        var word = new OperatorSignal(
            said.Signal.Kind, said.Signal.By, said.Signal.Because, time.GetUtcNow(), said.Signal.Candidate.Length > 0 ? InstanceKey.Parse(said.Signal.Candidate) : null);
        return StageReport.Of(await room.Flow.Signal.RunAsync(new ClusterId(said.Cluster), said.Id, word, cancel, stages: 0));
    }
}
