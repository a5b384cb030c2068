using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Stepping;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Probing;
using OrchestratorFunctions.MySql.Sessions;
using OrchestratorFunctions.MySql.Wording;

namespace OrchestratorFunctions.MySql.Stepping;

/// <summary>
/// Runs the step machine: carries out its commands on the step's server and tells it of their ends. It decides nothing.
/// </summary>
public sealed class StepRunner : IStepRunner
{
    private readonly SessionRegistry registry;
    private readonly InstanceProbe probe;

    internal StepRunner(SessionRegistry registry, InstanceProbe probe) =>
        (this.registry, this.probe) = (registry, probe);

    private TimeSpan Now => registry.SessionOpener.Time.GetElapsedTime(0);

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(
        PlannedStep step, Topology topology, StepTerms terms, CancellationToken cancel)
    {
        var server = registry.Of(step.Step.Target.Key);
        using var session = new StepSession(server, probe, step, topology, terms);
        var (run, command) = StepMachine.Begin(step, topology[server.Key], terms, Now);
        while (true)
            switch (command)
            {
                case StepCommand.End end: return end.Result;
                case StepCommand.KeepQueued kept: return kept.Result;
                case StepCommand.Stop: throw new OperationCanceledException(cancel);
                default:
                    var happened = await session.CarryOutAsync(command, cancel);
                    (run, command) = StepMachine.Step(run, happened, Now);
                    break;
            }
    }

    /// <inheritdoc/>
    public async Task PractiseAsync(
        InstanceKey key, TimeSpan within, CancellationToken cancel, bool isToBeOpened = false)
    {
        var nobody = new Topology(new ClusterId("practice"), DateTimeOffset.UnixEpoch, []);
        var planned = new PlannedStep(new SetWritable(key), Tolerance.BestEffort, within, "practice");
        using var session = new StepSession(registry.Of(key), probe, planned, nobody, StepTerms.Always);
        try
        {
            await session.PractiseAsync(within, cancel, endsIdle: isToBeOpened);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancel.IsCancellationRequested)
        {
            // The next probe says what is wrong with the server.
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Preview(PlanStep step, Topology topology)
    {
        if (step is not ServerStep) return [];
        if (topology[step.Target.Key]?.LastKnown is not { } known)
            return [$"-- {step.Target.Key} has not been seen: its statements depend on its version"];
        try
        {
            var words = registry.Of(step.Target.Key).Memory.SemiSyncWords;
            var statements =
                StepStatements.Of(step, known, topology, registry.Options, words).Select(s => s.Masked);
            return step is WaitUntilApplied wait
                ? [.. statements, StepStatements.Wait(wait.Position, TimeSpan.FromSeconds(1))]
                : [.. statements];
        }
        catch (InvalidOperationException e)
        {
            return [$"-- {e.Message}"];
        }
    }
}
