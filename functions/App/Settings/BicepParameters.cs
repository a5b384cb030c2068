using System.Text.Json;

namespace OrchestratorFunctions.App.Settings;

/// <summary>
/// Which parameter of infra/main.bicep is behind a setting, as infra/settings.json says, which is part of this
/// assembly.
/// </summary>
internal static class BicepParameters
{
    private static readonly Dictionary<string, string> Behind = ReadAll();

    /// <summary>The problem with the parameters of the settings it names.</summary>
    public static string Name(string problem)
    {
        var named = Behind.Where(b => problem.Contains(b.Key, StringComparison.Ordinal)).Select(b => b.Value).Distinct().ToArray();
        return $"{problem} (Bicep: {(named.Length == 0 ? "main.bicep sets it itself" : string.Join(", ", named))})";
    }

    private static Dictionary<string, string> ReadAll()
    {
        using var stream = typeof(BicepParameters).Assembly.GetManifestResourceStream("settings.json")!;
        using var settings = JsonDocument.Parse(stream);
        return settings.RootElement.EnumerateObject().ToDictionary(s => s.Name, s => s.Value.GetProperty("parameter").GetString()!);
    }
}
