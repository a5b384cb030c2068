using System.Text;

namespace OrchestratorFunctions.Local.Importing;

/// <summary>Tells a person what became of a configuration: a part a group, keys of one reason together.</summary>
internal static class ImportText
{
    private const int LongestShown = 2000;

    private static readonly (ImportGroup Group, string Title)[] Parts =
    [
        (ImportGroup.Maps, "Maps"), (ImportGroup.Changes, "Changes in behaviour"), (ImportGroup.Dropped, "Dropped"),
        (ImportGroup.NeedsYou, "Needs you"), (ImportGroup.NotUnderstood, "Not understood"),
    ];

    public static string Of(ConfigImport import)
    {
        var text = new StringBuilder();
        foreach (var (group, title) in Parts)
        {
            var lines = import.Lines.Where(l => l.Group == group).ToArray();
            if (lines.Length == 0) continue;
            text.Append(title).Append('\n');
            foreach (var told in lines.GroupBy(l => (l.Says, Own: l.Settings.IsEmpty ? null : l)))
                text.Append(told.Key.Own is { } own
                    ? OfCarried(own)
                    : OfReason(told.Key.Says, told.Select(l => l.Key)));
            text.Append('\n');
        }
        return text.ToString();
    }

    /// <summary>How many lines each part has, in one sentence.</summary>
    public static string Count(ConfigImport import)
    {
        var counts = Parts.Select(p => (p.Title, Lines: import.Lines.Where(l => l.Group == p.Group)))
            .Select(p => $"{p.Title.ToLowerInvariant()}: {p.Lines.Select(l => l.Key).Distinct().Count()}");
        return $"{import.Keys} {(import.Keys == 1 ? "key" : "keys")}. {string.Join(", ", counts)}";
    }

    private static string OfCarried(ImportLine line)
    {
        var settings = line.Settings.Select(s => $"{s.Name} = {Value(s)}");
        var says = line.Says.Length > 0 ? $"\n    {Shown(line.Says)}" : "";
        return $"  {Shown(line.Key)} → {Shown(string.Join(", ", settings))}{says}\n";
    }

    private static string Value(ImportedSetting setting) =>
        setting.IsHidden ? "(as it stands there)" : setting.Text.Length > 0 ? setting.Text : "\"\"";

    private static string OfReason(string says, IEnumerable<string> keys) =>
        $"  {Shown(string.Join(", ", keys.Distinct()))}\n    {Shown(says)}\n";

    // What comes from a file must not move a terminal about, nor fill it.
    private static string Shown(string text)
    {
        var whole = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return whole.Length > LongestShown ? $"{whole[..LongestShown]} …" : whole;
    }
}
