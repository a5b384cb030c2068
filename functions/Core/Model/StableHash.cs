namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// A hash that is the same in every process and version: it names and it spreads, it does not protect.
/// </summary>
public static class StableHash
{
    /// <summary>FNV-1a, 64 bits, over the characters.</summary>
    public static ulong Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var hash = 14695981039346656037UL;
        foreach (var c in text)
        {
            hash ^= c;
            hash *= 1099511628211UL;
        }
        return hash;
    }
}
