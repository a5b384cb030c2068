namespace OrchestratorFunctions.Core.Refusing;

/// <summary>
/// Why something is not done, and what would allow it (L7): the one shape of every "no" from gate, planners and doors.
/// </summary>
/// <param name="Because">One sentence without its full stop; several are parted by semicolons.</param>
/// <param name="Remedy">A setting, a statement or an act, to stand after "To allow it:"; empty when nothing would allow
/// it.</param>
public sealed record Refusal(string Because, string Remedy = "")
{
    /// <summary>Both, for people.</summary>
    public string Says => Remedy.Length == 0 ? Because : $"{Because}{End} To allow it: {Remedy}";

    /// <summary>All reasons as one, each remedy said once; there must be at least one reason.</summary>
    public static Refusal Of(IReadOnlyCollection<Refusal> reasons)
    {
        ArgumentNullException.ThrowIfNull(reasons);
        ArgumentOutOfRangeException.ThrowIfZero(reasons.Count);
        var remedies = reasons.Select(r => r.Remedy).Where(r => r.Length > 0).Distinct();
        return new Refusal(string.Join("; ", reasons.Select(r => r.Because)), string.Join("; ", remedies));
    }

    /// <summary>The same reason with what else has to be known, which begins with its own punctuation.</summary>
    public Refusal And(string more) => this with { Because = Because + more };

    public override string ToString() => Says;

    private string End => Because.EndsWith('?') ? "" : ".";
}
