namespace OrchestratorFunctions.House.Tests;

/// <summary>A rule fails with every place that breaks it and with what would be right.</summary>
internal static class Offenders
{
    public static void MustBeNone(this IEnumerable<string> offenders, string right)
    {
        var list = offenders.Distinct().Order(StringComparer.Ordinal).ToArray();
        if (list.Length > 0) Assert.Fail($"{right} ({list.Length} are not so)\n  {string.Join("\n  ", list)}");
    }
}
