using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Hooks;

/// <summary>Runs commands of hooks on this machine.</summary>
public interface ICommandRunner
{
    /// <inheritdoc cref="IHookRunner.RunAsync"/>
    Task<HookResult> RunAsync(string command, HookPoint point, HookFacts facts, CancellationToken cancel);
}
