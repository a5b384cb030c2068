using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Storage.Queues;

/// <summary>
/// Failures as messages. What nobody can read, or what was tried too often, moves to the poison queue with the reason.
/// </summary>
internal sealed class FailureQueue(QueueClient queue, QueueClient poison, ILogger log) : IFailureQueue
{
    /// <summary>A message delivered more often than this is not tried again.</summary>
    public const int MostDeliveries = 5;

    /// <summary>A failure that still stands after this is found anew.</summary>
    public static readonly TimeSpan TimeToLive = TimeSpan.FromHours(1);

    private static readonly TimeSpan HiddenPractice = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan PracticeTimeToLive = HiddenPractice + TimeSpan.FromSeconds(1);

    public static readonly TimeSpan PoisonTimeToLive = TimeSpan.FromDays(14);

    public Task SendAsync(Failure failure, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return queue.SendMessageAsync(FailureMessage.Write(failure), timeToLive: TimeToLive, cancellationToken: cancel);
    }

    /// <summary>
    /// Sends it hidden from every receiver and takes it back. One that a crash leaves behind can be received in the
    /// last second of its life, because a message has to live longer than it is hidden; its receiver drops it.
    /// </summary>
    public async Task PractiseAsync(Failure failure, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var body = FailureMessage.Write(failure);
        var sent = await queue.SendMessageAsync(body, HiddenPractice, PracticeTimeToLive, cancel);
        await UnlessGoneAsync(queue.DeleteMessageAsync(sent.Value.MessageId, sent.Value.PopReceipt, cancel));
    }

    public async Task<ReceivedFailure?> ReceiveAsync(TimeSpan hiddenFor, CancellationToken cancel)
    {
        while ((await queue.ReceiveMessageAsync(hiddenFor, cancel)).Value is { } message)
        {
            var body = message.MessageText ?? "";
            var failure = FailureMessage.Read(body, out var problem);
            if (message.DequeueCount > MostDeliveries)
                problem = $"was delivered {message.DequeueCount} times, more than {MostDeliveries}";
            if (failure is not null && problem.Length == 0)
                return new ReceivedFailure(
                    failure, (int)message.DequeueCount, new Receipt(message.MessageId, message.PopReceipt));
            await MoveToPoisonAsync(message, body, problem, cancel);
        }
        return null;
    }

    public Task CompleteAsync(ReceivedFailure received, CancellationToken cancel)
    {
        var receipt = ReceiptOf(received);
        return UnlessGoneAsync(queue.DeleteMessageAsync(receipt.MessageId, receipt.PopReceipt, cancel));
    }

    public Task AbandonAsync(ReceivedFailure received, CancellationToken cancel)
    {
        var receipt = ReceiptOf(received);
        return UnlessGoneAsync(queue.UpdateMessageAsync(
            receipt.MessageId, receipt.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: cancel));
    }

    // Written before it is deleted: it may be there twice, but is never lost.
    private async Task MoveToPoisonAsync(QueueMessage message, string body, string problem, CancellationToken cancel)
    {
        await poison.SendMessageAsync(
            FailureMessage.Poisoned(body, problem, message.DequeueCount), timeToLive: PoisonTimeToLive,
            cancellationToken: cancel);
        log.Poisoned(message.MessageId, poison.Name, problem);
        await UnlessGoneAsync(queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancel));
    }

    private static Receipt ReceiptOf(ReceivedFailure received) => received?.Receipt as Receipt
        ?? throw new ArgumentException("the failure was not received from this queue", nameof(received));

    // Its time was over and somebody else has it, or a first attempt succeeded and only its answer was lost: either way
    // it is no longer ours.
    private static async Task UnlessGoneAsync(Task change)
    {
        try
        {
            await change;
        }
        catch (RequestFailedException e) when (
            e.ErrorCode == QueueErrorCode.MessageNotFound || e.ErrorCode == QueueErrorCode.PopReceiptMismatch)
        {
        }
    }

    private sealed record Receipt(string MessageId, string PopReceipt);
}
