namespace OrchestratorFunctions.Core.Tests;

/// <summary>Orders types by name, to compare lists of them.</summary>
internal static class Types
{
    public static Comparer<Type> ByName { get; } = Comparer<Type>.Create((a, b) => string.CompareOrdinal(a.FullName, b.FullName));
}
