using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>How an act that an operator asked for ended.</summary>
public enum VerbEnd
{
    Done,
    /// <summary>What was asked for names nothing or cannot be read; nothing was changed.</summary>
    BadInput,
    /// <summary>It cannot be now, or it would change nothing; nothing was changed.</summary>
    Refused,
}

/// <summary>What an act of an operator answers, the same by every door.</summary>
/// <param name="Says">What was done, in one or more sentences; empty when nothing was.</param>
/// <param name="Refusal">Why nothing was done; null when something was.</param>
public sealed record VerbAnswer(VerbEnd End, string Says, Refusal? Refusal = null)
{
    internal static VerbAnswer Done(string says) => new(VerbEnd.Done, says);

    internal static VerbAnswer Refused(Refusal refusal) => new(VerbEnd.Refused, "", refusal);

    internal static VerbAnswer Refused(string because, string remedy = "") => Refused(new Refusal(because, remedy));

    internal static VerbAnswer BadInput(Refusal refusal) => new(VerbEnd.BadInput, "", refusal);

    internal static VerbAnswer BadInput(string because, string remedy = "") => BadInput(new Refusal(because, remedy));
}
