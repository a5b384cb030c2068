using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Rehearsing;

/// <summary>Something that goes wrong in a rehearsal. Steps are counted from 1 in the order they run.</summary>
public abstract record Fault
{
    private Fault() { }

    /// <summary>A server dies just before a step.</summary>
    public sealed record ServerDies(InstanceKey Key, int AtStep) : Fault;

    /// <summary>A step is refused; every step of the verb when no number is given.</summary>
    public sealed record StepFails(InstanceKey Key, string Verb, int? AtStep = null) : Fault
    {
        internal bool Matches(PlanStep step, int number) =>
            step.Target.Key == Key && step.GetType().Name == Verb && (AtStep ?? number) == number;
    }

    /// <summary>A server turns away every server that is pointed to it: access denied.</summary>
    public sealed record TurnsAway(InstanceKey Key) : Fault;

    /// <summary>A step gets no answer in time; whether it took effect is not known to the caller.</summary>
    public sealed record StepTimesOut(InstanceKey Key, string Verb, bool TakesEffect, int? AtStep = null) : Fault
    {
        internal bool Matches(PlanStep step, int number) =>
            step.Target.Key == Key && step.GetType().Name == Verb && (AtStep ?? number) == number;
    }
}
