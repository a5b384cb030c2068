using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.App.Queues;
using OrchestratorFunctions.App.Recoveries;

namespace OrchestratorFunctions.App.Tests.Queues;

public sealed class FailureTriggerTests : IAsyncDisposable
{
    private readonly FakeClient client = new();
    private readonly Actions actions = new();

    public ValueTask DisposeAsync() => client.DisposeAsync();

    [Fact]
    public async Task A_failure_starts_the_orchestration_of_its_id()
    {
        await ReceiveAsync(Servers.Body());
        var (name, id, input) = Assert.Single(client.Started);
        Assert.Equal((Names.RecoverCluster, "f1"), (name, id));
        Assert.Equal(new OrchestrationInput("f1", "c-test", Servers.Body()), input);
        Assert.Equal(["completed"], actions.Done);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending)]
    [InlineData(OrchestrationRuntimeStatus.Running)]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    public async Task A_message_delivered_again_starts_nothing(OrchestrationRuntimeStatus status)
    {
        client.Instances["f1"] = status;
        await ReceiveAsync(Servers.Body());
        Assert.Empty(client.Started);
        Assert.Equal(["completed"], actions.Done);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Terminated)]
    public async Task An_orchestration_that_broke_is_started_again_by_its_message(OrchestrationRuntimeStatus status)
    {
        client.Instances["f1"] = status;
        await ReceiveAsync(Servers.Body());
        Assert.Single(client.Started);
    }

    [Fact]
    public async Task A_message_is_not_done_with_before_its_orchestration_is_started()
    {
        client.IsAway = true;
        await Assert.ThrowsAsync<IOException>(() => ReceiveAsync(Servers.Body()));
        Assert.Empty(actions.Done);
    }

    [Theory]
    [InlineData("hello", "the body cannot be read")]
    [InlineData("", "the body cannot be read")]
    [InlineData("""{"schema":0}""", "the body has schema 0; this version reads 1")]
    [InlineData("""{"schema":7,"new":"fields"}""", "the body has schema 7; this version reads 1")]
    public async Task What_is_not_ours_or_of_another_version_is_dead_lettered_with_the_reason(string body, string because)
    {
        await ReceiveAsync(body);
        Assert.Empty(client.Started);
        Assert.StartsWith($"dead-lettered NotAFailure: {because}", Assert.Single(actions.Done), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_oversized_body_is_dead_lettered_and_no_crash()
    {
        await ReceiveAsync(new string('x', 300_000));
        Assert.StartsWith("dead-lettered", Assert.Single(actions.Done), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sent_failure_carries_its_id_for_duplicate_detection_and_its_cluster_as_the_session()
    {
        var message = FailureSender.MessageOf(Servers.DeadPrimary());
        Assert.Equal(("f1", "c-test", "DeadPrimary"), (message.MessageId, message.SessionId, message.Subject));
        Assert.Equal(Servers.Body(), message.Body.ToString());
    }

    private Task ReceiveAsync(string body) => new FailureTrigger(NullLogger<FailureTrigger>.Instance).RunAsync(
        ServiceBusModelFactory.ServiceBusReceivedMessage(body: BinaryData.FromString(body), messageId: "m1"), actions, client, default);

    private sealed class Actions : ServiceBusMessageActions
    {
        public List<string> Done { get; } = [];

        public override Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => Add("completed");

        public override Task DeadLetterMessageAsync(
            ServiceBusReceivedMessage message, Dictionary<string, object>? propertiesToModify = null, string? deadLetterReason = null, string? deadLetterErrorDescription = null,
            CancellationToken cancellationToken = default) => Add($"dead-lettered {deadLetterReason}: {deadLetterErrorDescription}");

        private Task Add(string what)
        {
            Done.Add(what);
            return Task.CompletedTask;
        }
    }
}
