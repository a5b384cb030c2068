using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Local;

/// <summary>Runs what callers ask for in this process; what it leaves unfinished is taken up from its record.</summary>
internal sealed class LocalDriver(FlowRoom flow, TimeProvider time, CancellationToken stopping) : IRecoveryDriver
{
    public Task<string> SwitchAsync(ClusterId cluster, InstanceKey? to, string by, CancellationToken cancel)
    {
        var id = RecoveryIds.New(time.GetUtcNow());
        _ = Task.Run(() => flow.Command.TakeoverAsync(cluster, to, by, stopping, id), stopping);
        return Task.FromResult(id);
    }

    public async Task<string?> TellAsync(ClusterId cluster, string id, OperatorWord word, CancellationToken cancel)
    {
        // The word is taken in before the answer; the stages that follow are run by the loop that takes up unfinished recoveries.
        var result = await flow.Command.TellAsync(cluster, id, word, cancel, stages: 0);
        if (result.End == RunEnd.MoreToDo) _ = Task.Run(() => flow.Recover.ResumeAsync(cluster, stopping), stopping);
        return result.End switch
        {
            RunEnd.Refused => result.Refusal,
            RunEnd.Busy or RunEnd.LeaseLost => "the recovery is being run at this moment; say it again",
            _ => null,
        };
    }
}
