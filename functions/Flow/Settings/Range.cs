namespace OrchestratorFunctions.Flow.Settings;

/// <summary>Says when a setting is out of bounds, naming it, its value and what would be right.</summary>
internal static class Range
{
    public static IEnumerable<string> Check<T>(
        string section, string name, T value, T least, T most) where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            yield return $"{section}:{name} '{value}': expected {least} to {most}";
    }
}
