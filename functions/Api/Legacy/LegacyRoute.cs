using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>One route of orchestrator's API: a row of <see cref="LegacyRoutes"/>.</summary>
/// <param name="Path">Below <c>/api</c>; parts in braces are read by their name.</param>
/// <param name="Needs">It acts by GET too, so the power is its own and not that of the method.</param>
internal sealed record LegacyRoute(string Path, Power Needs, Func<LegacyCall, Task<LegacyAnswer>> Answer)
{
    /// <summary>A question.</summary>
    public static LegacyRoute Ask(string path, Func<LegacyCall, Task<LegacyAnswer>> answer) =>
        new(path, Power.Read, answer);

    /// <summary>One that changes something.</summary>
    public static LegacyRoute Act(string path, Func<LegacyCall, Task<LegacyAnswer>> answer) =>
        new(path, Power.Act, call => WhyNot(call) is { } wrong ? Task.FromResult(wrong) : answer(call));

    /// <summary>Why it cannot be done here, and what to use instead; who may not act is not told so much.</summary>
    public static LegacyRoute No(string path, string because) => new(
        path, Power.Act, _ => Task.FromResult(LegacyAnswer.Error($"{Name(path)} is not supported: {because}")));

    private static string Name(string path) => path.Split('/')[0];

    // A switch that is misspelt is not one that was left out: nothing is done.
    private static LegacyAnswer? WhyNot(LegacyCall call)
    {
        foreach (var name in (string[])["dryRun", "force"])
            if (call.Http.Request.Query[name].ToString() is { Length: > 0 } text && !bool.TryParse(text, out _))
                return LegacyAnswer.Error($"{name} '{text}': expected true or false");
        return null;
    }
}
