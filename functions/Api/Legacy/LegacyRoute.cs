using OrchestratorFunctions.Api.V3;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>One route of orchestrator's API: a row of <see cref="LegacyRoutes"/>.</summary>
/// <param name="Path">Below <c>/api</c>; parts in braces are read by their name.</param>
/// <param name="Needs">It acts by GET too, so the power is its own and not that of the method.</param>
internal sealed record LegacyRoute(string Path, Role Needs, Func<LegacyCall, Task<LegacyAnswer>> Answer)
{
    /// <summary>A question.</summary>
    public static LegacyRoute Ask(string path, Func<LegacyCall, Task<LegacyAnswer>> answer) =>
        new(path, Role.Read, answer);

    /// <summary>One that changes something, and may cost writes, availability or data.</summary>
    public static LegacyRoute Act(string path, Func<LegacyCall, Task<LegacyAnswer>> answer) =>
        Act(path, Role.Power, answer);

    /// <summary>One that changes something, and is easily undone.</summary>
    public static LegacyRoute Operate(string path, Func<LegacyCall, Task<LegacyAnswer>> answer) =>
        Act(path, Role.Operate, answer);

    /// <summary>One that changes something by an operation of our catalogue.</summary>
    public static LegacyRoute Act(string path, string operation, Func<LegacyCall, Task<LegacyAnswer>> answer) =>
        Act(path, Operations.All.Single(o => o.Name == operation).Needs, answer);

    private static LegacyRoute Act(string path, Role needs, Func<LegacyCall, Task<LegacyAnswer>> answer) =>
        new(path, needs, call => WhyNot(call) is { } wrong ? Task.FromResult(wrong) : answer(call));

    /// <summary>Why it cannot be done here, and what to use instead.</summary>
    public static LegacyRoute No(string path, string because) => new(
        path, Role.Read, _ => Task.FromResult(LegacyAnswer.Error($"{Name(path)} is not supported: {because}")));

    private static string Name(string path) => path.Split('/')[0];

    // A switch that is misspelt, by its name or its value, is not one that was left out: nothing is done.
    private static LegacyAnswer? WhyNot(LegacyCall call)
    {
        if (QueryArguments.WhyNot(call.Http, Arguments) is { } unknown) return LegacyAnswer.Error(unknown);
        foreach (var name in Switches.Where(call.Http.Request.Query.ContainsKey))
            if (!bool.TryParse(call.Query(name), out _))
                return LegacyAnswer.Error($"{name} '{call.Query(name)}': expected true or false");
        return null;
    }

    private static readonly string[] Switches = ["dryRun", "force", "skipProcesses"];

    private static readonly string[] Arguments = [.. Switches, "alias", "comment", "pattern", "tag", "instances"];
}
