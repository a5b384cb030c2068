using Azure.Messaging.ServiceBus;

namespace OrchestratorFunctions.App.Queues;

/// <summary>
/// Sends failures to the Service Bus queue. The message id drops a failure sent twice (duplicate detection), the
/// session keeps the failures of a cluster in order; an output binding could set neither.
/// </summary>
public sealed class FailureSender(ServiceBusSender sender) : IFailureSink
{
    public Task SendAsync(Failure failure, CancellationToken cancel) => sender.SendMessageAsync(MessageOf(failure), cancel);

    /// <summary>
    /// Signs in and opens the link, which an empty batch does not do without; the message is made and dropped with the
    /// batch.
    /// </summary>
    public async Task PractiseAsync(Failure failure, CancellationToken cancel)
    {
        using var batch = await sender.CreateMessageBatchAsync(cancel);
        batch.TryAddMessage(MessageOf(failure));
    }

    internal static ServiceBusMessage MessageOf(Failure failure) => new(FailureMessage.Write(failure))
    {
        MessageId = failure.Id, SessionId = failure.Cluster.Value, ContentType = "application/json", Subject = failure.Code.ToString(),
    };
}
