using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Local;

/// <summary>Runs what callers ask for in this process; what it leaves unfinished is taken up from its record.</summary>
internal sealed class LocalDriver(Flows flow, TimeProvider time, CancellationToken stopping) : IRecoveryDriver
{
    private readonly Lock gate = new();
    private Task running = Task.CompletedTask;

    /// <summary>Waits until all that it runs has come to its end.</summary>
    public Task QuietAsync()
    {
        lock (gate) return running.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    public async Task<(string Id, Refusal? Refusal)> StartAsync(OperationRequest order, CancellationToken cancel)
    {
        var id = RecoveryIds.New(time.GetUtcNow(), flow.Ports.Chance);
        // The first stage is planned and stored before the answer, so that a refusal can be told; what follows outlasts
        // the call.
        var result = await flow.Plans.RunAsync(order, cancel, id, stages: 0);
        if (result.End == RunStatus.MoreToDo)
            lock (gate)
                running = Task.WhenAll(
                    running, Task.Run(() => flow.Recover.ResumeAsync(order.Cluster, stopping), stopping));
        return (id, result.WhyNot);
    }

    public async Task<Refusal?> SignalAsync(ClusterId cluster, string id, OperatorSignal signal, CancellationToken cancel)
    {
        // The signal is taken in before the answer; the stages that follow are run by the loop that takes up unfinished
        // recoveries.
        var result = await flow.Signal.RunAsync(cluster, id, signal, cancel, stages: 0);
        if (result.End == RunStatus.MoreToDo) _ = Task.Run(() => flow.Recover.ResumeAsync(cluster, stopping), stopping);
        return result.End switch
        {
            RunStatus.Refused => result.Refusal,
            RunStatus.Busy or RunStatus.LeaseLost => new Refusal(
                "the recovery is being run at this moment", "say it again"),
            _ => null,
        };
    }
}
