using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Stepping;

/// <summary>
/// What changes replication is not sent to a server that does not tell its links at that moment. A stop would be sent
/// to none of them and be called done; a server that is pointed would be given a new link with the configured account
/// in place of its own (S12), and an applier that a person had stopped would be started (S19).
/// </summary>
internal static class UntoldLinks
{
    /// <summary>Why it is not sent; null when the links are told, or the step is not about them.</summary>
    public static string? WhyNot(PlanStep step, Instance seen) =>
        !seen.KnowsLinks && ChangesLinks(step)
            ? $"not sent, because {seen.Key} does not tell whom it replicates from"
            : null;

    private static bool ChangesLinks(PlanStep step) =>
        step is StopReceiving or StopReplication or StartReplication or PointTo or ForgetSource or SetDelay or Detach
            or UseGtid or UseFilePosition or SetReplicationAccount;
}
