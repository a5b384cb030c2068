using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>Looks at one server. Never throws for what a server or network does: that is the answer.</summary>
public interface IInstanceProbe
{
    /// <summary>
    /// One probe, on an open session where there is one. Returns within about <paramref name="timeout"/>, whatever the
    /// server does.
    /// </summary>
    Task<ProbeOutcome> ProbeAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel);

    /// <summary>
    /// Whether a name leads to one server: null when it does, else the sentence that says what it leads to instead
    /// (several addresses that answer as different servers).
    /// </summary>
    Task<string?> AmbiguityAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel);

    /// <summary>
    /// The hosts from which replicas read the binary log of a server now: a second way to a replica whose own name
    /// leads nowhere from here. Empty when the server does not tell.
    /// </summary>
    Task<ImmutableArray<string>> ReplicaHostsAsync(
        InstanceKey source, TimeSpan timeout, CancellationToken cancel) => Task.FromResult<ImmutableArray<string>>([]);

    /// <summary>
    /// In which binary log files of a MySQL server some transactions stand, read for at most that long. What keeps them
    /// from being read is a reason in the answer.
    /// </summary>
    Task<LogsRead> SearchLogsAsync(InstanceKey key, LogSearch search, TimeSpan timeout, CancellationToken cancel) =>
        Task.FromResult(new LogsRead(search, 0, new($"the binary log files of {key} cannot be read from here")));

    /// <summary>Closes what is held open to a server that is no longer watched.</summary>
    void Forget(InstanceKey key);
}
