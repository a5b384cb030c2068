using System.Runtime.CompilerServices;

namespace OrchestratorFunctions.Flow.Running;

/// <summary>Waiting for ends.</summary>
internal static class Waiting
{
    private const ConfigureAwaitOptions Quietly =
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;

    /// <summary>Waits for the end of a task, however it ends; throws nothing.</summary>
    public static ConfiguredTaskAwaitable Ended(this Task task) => task.ConfigureAwait(Quietly);
}
