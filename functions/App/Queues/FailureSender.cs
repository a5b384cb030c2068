using Azure.Messaging.ServiceBus;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.App.Queues;

/// <summary>
/// Sends failures to the Service Bus queue. The message id drops a failure sent twice (duplicate detection), the session keeps the failures of a
/// cluster in order; an output binding could set neither.
/// </summary>
public sealed class FailureSender(ServiceBusSender sender) : IFailureSink
{
    public Task SendAsync(Failure failure, CancellationToken cancel) => sender.SendMessageAsync(MessageOf(failure), cancel);

    internal static ServiceBusMessage MessageOf(Failure failure) => new(FailureMessage.Write(failure))
    {
        MessageId = failure.Id, SessionId = failure.Cluster.Value, ContentType = "application/json", Subject = failure.Code.ToString(),
    };
}
