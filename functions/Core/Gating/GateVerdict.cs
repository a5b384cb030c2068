using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Gating;

/// <summary>Whether an actionable problem may be acted on.</summary>
public abstract record GateVerdict
{
    private GateVerdict() { }

    /// <summary>Nothing stands in the way.</summary>
    public sealed record Proceed : GateVerdict;

    /// <summary>
    /// Nothing forbids it, and another recovery of the cluster has to make way first: it is told to end, and what is
    /// asked for begins when it has ended.
    /// </summary>
    /// <param name="Id">The recovery that makes way.</param>
    /// <param name="Title">What that one is, for the middle of a sentence.</param>
    public sealed record Supersede(string Id, string Title) : GateVerdict
    {
        /// <summary>For the record of the one that goes first.</summary>
        public string Says => $"{Title} makes way for it (recovery {Id})";
    }

    /// <summary>Nothing is done.</summary>
    /// <param name="MayPassSoon">Somebody else may be about to say what is missing, or to end: it is worth asking again
    /// within moments.</param>
    /// <param name="IsUnderWay">It is being done already, for the same server: nothing is held back.</param>
    public sealed record Hold(Refusal Refusal, bool MayPassSoon = false, bool IsUnderWay = false) : GateVerdict
    {
        internal Hold(string because, string remedy) : this(new Refusal(because, remedy)) { }
    }
}
