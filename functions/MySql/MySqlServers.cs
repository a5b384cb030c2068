using System.Net;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Running;
using OrchestratorFunctions.MySql.Probing;
using OrchestratorFunctions.MySql.Sessions;
using OrchestratorFunctions.MySql.Settings;
using OrchestratorFunctions.MySql.Stepping;

namespace OrchestratorFunctions.MySql;

/// <summary>
/// The hands: one set of sessions to the servers, shared by the probe, the keeper and the step runner.
/// </summary>
public sealed class MySqlServers : IAsyncDisposable
{
    private readonly SessionRegistry registry;
    private readonly InstanceProbe probe;

    /// <param name="resolve">Host name → addresses, for tests; the system's resolver when null.</param>
    /// <param name="time">The clock that all rooms of this process share; the computer's when null.</param>
    /// <param name="mistakes">Counts the mistakes in this program that looks meet; nobody does when null.</param>
    public MySqlServers(
        MySqlOptions options, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null,
        TimeProvider? time = null, OwnErrors? mistakes = null)
    {
        registry = new SessionRegistry(new SessionOpener(options, time ?? TimeProvider.System, resolve));
        probe = new InstanceProbe(registry, mistakes);
        Sessions = new SessionKeeper(registry, mistakes);
        Steps = new StepRunner(registry, probe);
    }

    public IInstanceProbe Probe => probe;

    public ISessionKeeper Sessions { get; }

    public IStepRunner Steps { get; }

    /// <summary>Closes idle sessions at once; what still waits for a server ends by its own timeout.</summary>
    public ValueTask DisposeAsync()
    {
        registry.Close();
        return ValueTask.CompletedTask;
    }
}
