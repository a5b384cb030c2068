using Azure.Messaging.ServiceBus;
using OrchestratorFunctions.App.Queues;

namespace OrchestratorFunctions.App.Tests.Queues;

public sealed class FailureSenderTests
{
    [Fact]
    public async Task A_failure_is_sent_with_what_keeps_it_single_and_in_order()
    {
        var bus = new Bus();
        await new FailureSender(bus).SendAsync(Servers.DeadPrimary(), default);
        var message = Assert.Single(bus.Sent);
        Assert.Equal(("f1", Flow.Tests.World.Cluster.Value), (message.MessageId, message.SessionId));
    }

    [Fact]
    public async Task What_is_practised_opens_the_link_and_sends_nothing()
    {
        var bus = new Bus();
        await new FailureSender(bus).PractiseAsync(Servers.DeadPrimary(), default);
        Assert.Equal(1, bus.Batches);
        Assert.Empty(bus.Sent);
    }

    /// <summary>A sender that keeps what it is given.</summary>
    private sealed class Bus : ServiceBusSender
    {
        public List<ServiceBusMessage> Sent { get; } = [];
        public int Batches { get; private set; }

        public override Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default)
        {
            Sent.Add(message);
            return Task.CompletedTask;
        }

        public override ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(CancellationToken cancellationToken = default)
        {
            Batches++;
            return ValueTask.FromResult(ServiceBusModelFactory.ServiceBusMessageBatch(1000, []));
        }
    }
}
