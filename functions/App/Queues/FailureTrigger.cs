using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.App.Recoveries;

namespace OrchestratorFunctions.App.Queues;

/// <summary>
/// Starts the orchestration of a failure. Its instance has the failure's id, so a message delivered twice starts
/// nothing twice; what is no failure of this version goes to the dead-letter queue with the reason.
/// </summary>
public sealed class FailureTrigger(ILogger<FailureTrigger> logger)
{
    [Function(nameof(FailureTrigger))]
    public async Task RunAsync(
        [ServiceBusTrigger(Names.FailureQueue, Connection = Names.FailureBus, IsSessionsEnabled = true, AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, [DurableClient] DurableTaskClient client, CancellationToken cancel)
    {
        var body = message.Body.ToString();
        if (FailureMessage.Read(body, out var problem) is not { } failure)
        {
            logger.DeadLettered(message.MessageId, problem);
            await actions.DeadLetterMessageAsync(message, deadLetterReason: "NotAFailure", deadLetterErrorDescription: $"the body {problem}", cancellationToken: cancel);
            return;
        }
        if (await client.GetInstanceAsync(failure.Id, cancel) is not { RuntimeStatus: not (OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated) })
            await client.ScheduleNewOrchestrationInstanceAsync(
                Names.RecoverCluster, new OrchestrationInput(failure.Id, failure.Cluster.Value, body), new StartOrchestrationOptions(InstanceId: failure.Id), cancel);
        // Started or known: only now is the message done with. A crash in between delivers it again, which finds the
        // instance.
        await actions.CompleteMessageAsync(message, cancel);
    }
}
