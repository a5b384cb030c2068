namespace OrchestratorFunctions.Core.Naming;

/// <summary>Names that people give to pools of servers. Case counts.</summary>
public static class PoolName
{
    /// <summary>Longer ones are refused.</summary>
    public const int Longest = 100;

    /// <summary>Why no pool can have this name; null when one can.</summary>
    public static string? WhyNot(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is > 0 and <= Longest && name.All(IsOfName)) return null;
        var shown = new string([.. name.Take(Longest).Select(c => char.IsControl(c) ? '?' : c)]);
        return $"pool '{shown}{(name.Length > Longest ? "…" : "")}': "
            + $"expected 1 to {Longest} letters from a to z, digits, '-', '_', '.' or ':'";
    }

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':';
}
