using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Gating;

/// <summary>Whether an actionable problem may be acted on.</summary>
public abstract record GateVerdict
{
    private GateVerdict() { }

    /// <summary>Nothing stands in the way.</summary>
    public sealed record Proceed : GateVerdict;

    /// <summary>Nothing is done.</summary>
    /// <param name="MayPassSoon">Somebody else may be about to say what is missing: it is worth asking again within
    /// moments.</param>
    /// <param name="IsUnderWay">What is asked for is being done already: nothing is held back.</param>
    public sealed record Hold(Refusal Refusal, bool MayPassSoon = false, bool IsUnderWay = false) : GateVerdict
    {
        internal Hold(string because, string remedy) : this(new Refusal(because, remedy)) { }
    }
}
