using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Changing;

/// <summary>
/// One change of one server that a person asks for: what keeps it from being done, what is done, what undoes it. A row
/// of <see cref="ChangeKinds"/>; how the stages follow one another is the business of <see cref="ChangePlanner"/>.
/// </summary>
internal abstract class ServerChange
{
    /// <summary>Everything that keeps it from being done, each with what would allow it.</summary>
    public abstract IEnumerable<Refusal> WhyNot(ChangeView view);

    /// <summary>Those of <see cref="WhyNot"/> that stand whatever a person says with it.</summary>
    public virtual IEnumerable<Refusal> WhyNotWhatever(ChangeView view) => WhyNot(view);

    /// <summary>
    /// What is done, in this order, as far as it can be told from what is seen now. One that is so already, or was
    /// done, is left out.
    /// </summary>
    public abstract IEnumerable<PlanStage> Stages(ChangeView view);

    /// <summary>What puts the server back when a stage has failed; those that are so already are left out.</summary>
    public virtual IEnumerable<PlanStep> Back(ChangeView view) => [];

    /// <summary>What keeps the next stage from being done though the first one was; asked before each.</summary>
    public virtual IEnumerable<Refusal> WhyNotGoOn(ChangeView view) => [];

    /// <summary>What of it stays though it was put back, as a sentence; empty for nothing.</summary>
    public virtual string Kept(ChangeView view) => "";

    /// <summary>What a person has to do when a stage failed and nothing puts it back; empty for nothing.</summary>
    public virtual string Remedy(ChangeView view) => "";

    /// <summary>Why the server is not as wanted though it has answered; null when it is.</summary>
    public virtual string? Trouble(ChangeView view) => null;

    /// <summary>How the server is at the end, in a sentence with its name.</summary>
    public abstract string Says(ChangeView view);
}
