using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace OrchestratorFunctions.App.Recoveries;

/// <summary>
/// Drive a recovery stage by stage. They hold no rule: what comes next is planned inside activities and stored with the
/// recovery, so a new version of the planner cannot break the replay of an old history. Deterministic: no clock, no
/// chance, no IO but through the context.
/// </summary>
public static class RecoveryOrchestrations
{
    /// <summary>
    /// A failure's recovery. The process that found it may be running it: then this only watches, and takes over when
    /// that one dies.
    /// </summary>
    [Function(Names.RecoverCluster)]
    public static Task<StageReport> RecoverClusterAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        DriveAsync(context, Names.BeginRecovery);

    /// <summary>A plan that an operator asked for: its first stage is stored when this starts.</summary>
    [Function(Names.RunPlan)]
    public static Task<StageReport> RunPlanAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        DriveAsync(context, Names.RunStage);

    private static async Task<StageReport> DriveAsync(TaskOrchestrationContext context, string begin)
    {
        var order = context.GetInput<OrchestrationInput>() ?? throw new InvalidOperationException($"{context.Name} was started without an order");
        var word = context.WaitForExternalEvent<SignalMessage>(Names.OperatorEvent);
        SignalMessage? said = null;
        var report = await context.CallActivityAsync<StageReport>(begin, order, Patience.Again);
        for (var turn = 0; !report.IsOver; turn++)
        {
            context.SetCustomStatus(report);
            if (said is null && word.IsCompleted)
            {
                said = await word;
                word = context.WaitForExternalEvent<SignalMessage>(Names.OperatorEvent);
            }
            if (said is null && turn >= Patience.TurnsMost)
            {
                // A long wait must not make an endless history; words not heard yet are kept.
                context.ContinueAsNew(order);
                return report;
            }
            if (report.IsTaken || (report.AwaitsApproval && said is null)) await PauseAsync(context, word, report.AwaitsApproval ? Patience.ForApproval : Patience.ForOthers);
            if (said is null && word.IsCompleted) continue;
            report = await NextAsync(context, begin, order, report, said);
            // A word is said until somebody has heard it.
            if (!report.IsTaken) said = null;
        }
        context.SetCustomStatus(report);
        return report;
    }

    // Whoever had the cluster may have died before it began: to begin again finds what there is, and begins where there
    // is nothing.
    private static Task<StageReport> NextAsync(TaskOrchestrationContext context, string begin, OrchestrationInput order, StageReport report, SignalMessage? said) =>
        said is not null ? context.CallActivityAsync<StageReport>(Names.SignalRecovery, new SignalInput(order.Id, order.Cluster, said), Patience.Again)
        : report.IsTaken ? context.CallActivityAsync<StageReport>(begin, order, Patience.Again)
        : context.CallActivityAsync<StageReport>(Names.RunStage, order, Patience.Again);

    private static async Task PauseAsync(TaskOrchestrationContext context, Task word, TimeSpan atMost)
    {
        using var heard = new CancellationTokenSource();
        await Task.WhenAny(word, context.CreateTimer(atMost, heard.Token));
        // Not CancelAsync: that would go on in another thread, and an orchestration that waits there is never heard of
        // again.
        heard.Cancel();
    }
}
