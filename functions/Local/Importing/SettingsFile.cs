using System.Text;
using System.Text.Json.Nodes;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Local.Importing;

/// <summary>Settings in the form of the program's own file. There are no secrets in it,
/// unless a command of a hook holds one.</summary>
internal static class SettingsFile
{
    /// <summary>The settings, by their sections.</summary>
    public static JsonObject Of(IEnumerable<ImportedSetting> settings)
    {
        var root = new JsonObject();
        foreach (var setting in settings)
        {
            var names = setting.Name.Split(':');
            var below = root;
            foreach (var name in names[..^1])
            {
                if (below[name] is not JsonObject deeper) below[name] = deeper = [];
                below = deeper;
            }
            below[names[^1]] = setting.Value switch
            {
                bool isOn => isOn,
                long number => number,
                _ => (JsonNode)setting.Text,
            };
        }
        return root;
    }

    public static string Text(IEnumerable<ImportedSetting> settings) =>
        Of(settings).ToJsonString(CoreJson.Indented) + "\n";

    /// <summary>Writes the file; the problem is null when it is written, else why not.</summary>
    /// <param name="isForced">Also over a file that is there, in its place: it may be a link.</param>
    public static (string? Problem, bool IsThere) Write(string path, string text, bool isForced)
    {
        if (Directory.Exists(path)) return ($"--out '{path}': is a directory; expected the name of a file", false);
        if (!isForced && Path.Exists(path))
            return ($"--out '{path}': is there already and was not touched; say --force to write over it", true);
        try
        {
            using var file = new FileStream(path, isForced ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            file.Write(Encoding.UTF8.GetBytes(text));
            return (null, false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return ($"--out '{path}': cannot be written: {e.Message.Split('\n')[0]}", false);
        }
    }
}
