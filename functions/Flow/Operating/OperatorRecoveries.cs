using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>What an operator tells one running recovery, on its way there.</summary>
/// <param name="Id">The recovery's own id, whatever it was called.</param>
public sealed record RecoverySignal(ClusterId Cluster, string Id, OperatorSignal Signal);

/// <summary>Finds recoveries for people, acknowledges them, and lets recoveries start or keeps them from it.</summary>
public sealed class OperatorRecoveries(VerbPorts ports, IRecoveryStore recoveries, ISettingsStore settings)
{
    /// <summary>What the newest recovery is called.</summary>
    public const string Last = "last";

    /// <summary>A recovery by its id, or the newest one by the word <c>last</c>; null when there is none.</summary>
    public async Task<StoredRecovery?> FindAsync(string id, CancellationToken cancel) => id == Last
        ? (await recoveries.ReadRecentAsync(null, 1, cancel)).FirstOrDefault()
        : await recoveries.ReadAsync(id, cancel);

    /// <summary>No recovery is called so.</summary>
    public static Refusal Unknown(string id) =>
        new($"recovery '{id}': there is none of this id", "an id that recoveries lists");

    /// <summary>A recovery is acknowledged once; who did it first stays in its row.</summary>
    public async Task<OperationAnswer> AcknowledgeAsync(
        string id, string actor, string because, CancellationToken cancel)
    {
        // One that this version cannot read is not found, and can be acknowledged by its id all the same.
        var stored = await FindAsync(id, cancel);
        id = stored?.Recovery.Id ?? id;
        if (stored is { AcknowledgedBy.Length: > 0 })
            return OperationAnswer.Refused($"recovery {id} is acknowledged already, by {stored.AcknowledgedBy}");
        if (!await recoveries.AcknowledgeAsync(id, actor, because, cancel))
            return OperationAnswer.NotFound(Unknown(id));
        await WriteAsync(actor, "acknowledge", stored?.Recovery.Cluster, $"{id}: {because}", cancel);
        return OperationAnswer.Done($"recovery {id} is acknowledged");
    }

    /// <summary>Lets recoveries start everywhere, or keeps them from it.</summary>
    public async Task<OperationAnswer> EnableAsync(bool enabled, string actor, string because, CancellationToken cancel)
    {
        var (name, act) = enabled ? ("enabled", "enable-recovery") : ("disabled", "disable-recovery");
        if (await settings.IsRecoveryEnabledAsync(cancel) == enabled)
            return OperationAnswer.Refused($"recoveries are {name} already");
        await settings.SetRecoveryEnabledAsync(enabled, actor, because, cancel);
        await WriteAsync(actor, act, null, because, cancel);
        return OperationAnswer.Done($"recoveries are {name}");
    }

    /// <summary>
    /// What is to be told to which recovery, with an audit entry of who tells it. Whether it comes to anything shows
    /// when it is told.
    /// </summary>
    public async Task<(RecoverySignal? Signal, OperationAnswer? Wrong)> SignalAsync(
        SignalOperation operation, Given given, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(given);
        var id = given.Text("recovery");
        if (await FindAsync(id, cancel) is not { Recovery: var recovery })
            return (null, OperationAnswer.NotFound(Unknown(id)));
        var candidate = recovery.Choice?.Candidate;
        if (given.Text("candidate") is { Length: > 0 } name)
        {
            var (server, refusal) = (await ports.Names.ReadAsync(cancel)).Server(name, recovery.Cluster);
            var argument = operation.Arguments.First(a => a.Name == "candidate");
            if (server is null) return (null, OperationAnswer.BadInput(refusal!) with { Argument = argument });
            candidate = server.Server;
        }
        var because = given.Text("because");
        var signal = new OperatorSignal(operation.Signal, given.Actor, because, ports.Time.GetUtcNow(), candidate);
        await WriteAsync(
            given.Actor, $"{operation.Name} recovery", recovery.Cluster, $"{recovery.Id}: {because}", cancel);
        return (new RecoverySignal(recovery.Cluster, recovery.Id, signal), null);
    }

    private Task WriteAsync(string actor, string act, ClusterId? cluster, string says, CancellationToken cancel) =>
        ports.Audit.WriteAsync(new AuditEntry(ports.Time.GetUtcNow(), actor, act, cluster, null, says), cancel);
}
