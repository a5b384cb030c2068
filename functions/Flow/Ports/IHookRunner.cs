using OrchestratorFunctions.Core.Explaining;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>Runs hooks by their names, as the settings of this process describe them.</summary>
public interface IHookRunner
{
    /// <summary>
    /// Runs one to its end. What the hook does, or that there is none of that name, is a result and no exception.
    /// Cancelled, it ends what it began and throws <see cref="OperationCanceledException"/>.
    /// </summary>
    Task<HookResult> RunAsync(HookPoint point, HookFacts facts, CancellationToken cancel);
}

/// <summary>What came of a hook.</summary>
/// <param name="Agrees">It ended well; before a plan: the plan may begin.</param>
/// <param name="Says">How it ended, with the beginning of what it said; it stands in the record.</param>
public sealed record HookResult(bool Agrees, string Says)
{
    /// <summary>So many characters of what a hook said are kept.</summary>
    public const int Longest = 1024;

    /// <summary>The beginning of a text on one line, without control characters; empty where there is none.</summary>
    public static string Excerpt(string said)
    {
        ArgumentNullException.ThrowIfNull(said);
        var plain = string.Concat(said.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)).Trim();
        return plain.Length > Longest ? plain[..Longest] : plain;
    }
}
