using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace OrchestratorFunctions.App.Tests;

/// <summary>A durable client that keeps what it is asked for.</summary>
internal sealed class FakeClient() : DurableTaskClient("fake")
{
    public Dictionary<string, OrchestrationRuntimeStatus> Instances { get; } = [];
    public List<(string Name, string Id, object? Input)> Started { get; } = [];
    public List<(string Id, string Event, object? Payload)> Raised { get; } = [];
    public List<PurgeInstancesFilter> Purged { get; } = [];
    public bool IsAway { get; set; }

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        if (IsAway) throw new IOException("the durable backend is away");
        Started.Add((orchestratorName.Name, options!.InstanceId!, input));
        Instances[options.InstanceId!] = OrchestrationRuntimeStatus.Pending;
        return Task.FromResult(options.InstanceId!);
    }

    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        Raised.Add((instanceId, eventName, eventPayload));
        return Task.CompletedTask;
    }

    public override Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        Task.FromResult(Instances.TryGetValue(instanceId, out var status) ? new OrchestrationMetadata("any", instanceId) { RuntimeStatus = status } : null);

    public override Task<PurgeResult> PurgeAllInstancesAsync(PurgeInstancesFilter filter, CancellationToken cancellation)
    {
        Purged.Add(filter);
        return Task.FromResult(new PurgeResult(0));
    }

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) => throw new NotSupportedException();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
