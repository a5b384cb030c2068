using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Flow.Tests.Playing;

/// <summary>What happens when the next step of a verb is about to run: it hangs, or something happens first.</summary>
/// <param name="verb">The name of the step: <c>WaitUntilApplied</c>.</param>
/// <param name="server">On which server; null for any.</param>
/// <param name="first">What happens first; null for a step that hangs.</param>
internal sealed class StepFault(string verb, InstanceKey? server, Action? first)
{
    private readonly TaskCompletionSource goesOn = new();

    /// <summary>Reads the verb and the server of a command.</summary>
    public static StepFault Read(Scene scene, CommandLine line, Action? first)
    {
        var verb = line.Word(0);
        var isVerb = typeof(PlanStep).Assembly.GetTypes().Any(t => t.Name == verb && t.IsSubclassOf(typeof(PlanStep)));
        if (!isVerb) throw line.Unknown(verb, "no step has this verb");
        return new StepFault(verb, line.KeyOrNull("on", scene), first);
    }

    public bool IsOf(PlanStep step) => step.GetType().Name == verb && (server is null || step.Target.Key == server);

    public Task HappenAsync()
    {
        if (first is null) return goesOn.Task;
        first();
        return Task.CompletedTask;
    }

    public void GoOn() => goesOn.TrySetResult();
}
