using System.Collections.Immutable;
using System.Text.Json;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Local.Settings;

namespace OrchestratorFunctions.Local.Importing;

/// <summary>What a configuration of orchestrator's becomes here: a line for each thing there is to tell.</summary>
internal sealed record ConfigImport(int Keys, ImmutableArray<ImportLine> Lines)
{
    private const string ApproveClusters = "Recovery:ApproveClusters", Clusters = "Recovery:Clusters";

    /// <summary>What is written, each setting once: the line that was added last counts.</summary>
    public ImmutableArray<ImportedSetting> Settings =>
        [.. Lines.SelectMany(l => l.Settings).GroupBy(s => s.Name).Select(g => g.Last())];

    /// <summary>What has to be set in the environment of the program.</summary>
    public ImmutableArray<string> Variables => [.. Lines.SelectMany(l => l.Variables).Distinct()];

    /// <summary>Everything in the file is known and is what it should be.</summary>
    public bool IsUnderstood => Lines.All(l => l.Group != ImportGroup.NotUnderstood);

    public static ConfigImport Of(OldConfig config)
    {
        var lines = config.Entries.SelectMany(e => OfEntry(e, config)).ToList();
        KeepAccepted(lines);
        lines.AddRange(KeyTable.All.Where(k => !IsCarried(k, lines)).Select(k => k.Otherwise(config))
            .OfType<ImportLine>());
        var import = new ConfigImport(config.Entries.Length, [.. lines]);
        return import.Caution() is { } caution ? import with { Lines = [.. lines, caution] } : import;
    }

    private static bool IsCarried(OldKey key, IEnumerable<ImportLine> lines) =>
        lines.Any(l => l.Key == key.Name && l.Settings.Any(s => key.Settings.Contains(s.Name)));

    private static IEnumerable<ImportLine> OfEntry(OldEntry entry, OldConfig config)
    {
        if (entry.Key is ['_' or '#' or '/', ..])
            return [new(entry.Key, ImportGroup.Dropped, "looks like a remark, not like a key")];
        if (KeyTable.Find(entry.Key) is not { } row) return [Unknown(entry)];
        var lines = OfKnown(entry, row, config).Select(l => row.Forbids && IsLost(l) ? l with { Forbids = true } : l);
        return entry.Times == 1 ? lines : lines.Append(new(row.Name, ImportGroup.NotUnderstood,
            $"stands there {entry.Times} times; the last one counts, as in orchestrator (line {entry.Line})"));
    }

    private static IEnumerable<ImportLine> OfKnown(OldEntry entry, OldKey row, OldConfig config)
    {
        var value = new OldValue(config, row.Name, entry.Value);
        if (entry.Value.ValueKind == JsonValueKind.Null)
            return [value.Line(ImportGroup.Dropped, "null, which is as if it were absent")];
        if (Placeholders.FirstIn(entry.Value) is { } placeholder && row.Settings.Length > 0 && !row.IsSecret)
            return [OfPlaceholder(value, row, placeholder)];
        return row.WhyNot(entry.Value) is { Length: > 0 } wrong
            ? [value.Line(ImportGroup.NotUnderstood, $"{wrong} (line {entry.Line}); nothing is carried over")]
            : row.Carry(value);
    }

    private static ImportLine OfPlaceholder(OldValue value, OldKey row, string placeholder)
    {
        string[] variables = [.. row.Settings.Select(ImportedSetting.VariableOf)];
        return value.Line(ImportGroup.NeedsYou,
            $"holds {placeholder}, which is not filled in here: set {string.Join(" and ", variables)} in the "
            + $"environment of the program to what it stands for ({string.Join(", ", row.Settings)})") with
        {
            Variables = [.. variables],
        };
    }

    private static ImportLine Unknown(OldEntry entry)
    {
        var near = Nearest.Question(entry.Key, KeyTable.All.Select(k => k.Name));
        return new(entry.Key, ImportGroup.NotUnderstood,
            $"is no key that orchestrator or its forks are known to read (line {entry.Line}){near}");
    }

    private static bool IsLost(ImportLine line) =>
        line.Settings.IsEmpty && line.Group is ImportGroup.NeedsYou or ImportGroup.NotUnderstood;

    // What our own settings do not accept is not written; a person hears what would be right.
    private static void KeepAccepted(List<ImportLine> lines)
    {
        var given = lines.SelectMany(l => l.Settings).Select(s => KeyValuePair.Create(s.Name, (string?)s.Text));
        foreach (var problem in LocalSettings.ProblemsWith(given))
        {
            var at = lines.FindIndex(l => l.Settings.Any(s => IsAbout(problem, s.Name)));
            if (at < 0) continue;
            var isRule = KeyTable.Find(lines[at].Key) is { Forbids: true };
            lines[at] = new(
                lines[at].Key, ImportGroup.NeedsYou, $"is not written, because it is not accepted here: {problem}")
            {
                Forbids = isRule,
            };
            KeepAccepted(lines);
            return;
        }
    }

    private static bool IsAbout(string problem, string setting) =>
        problem.StartsWith(setting, StringComparison.Ordinal)
        && (problem.Length == setting.Length || !char.IsAsciiLetterOrDigit(problem[setting.Length]));

    // Where a rule that kept servers out is lost, a person is asked before each failover.
    private ImportLine? Caution()
    {
        string[] lost = [.. Lines.Where(l => l.Forbids).Select(l => l.Key).Distinct()];
        var clusters = Settings.FirstOrDefault(s => s.Name == Clusters)?.Text ?? "";
        if (lost.Length == 0 || clusters.Length == 0) return null;
        return new(lost[0], ImportGroup.Changes,
            $"{string.Join(", ", lost)} kept something from happening and cannot be carried over by itself, so you are "
            + "asked before each failover (approve); take this setting out when what is listed under \"Needs you\" "
            + "is done")
        {
            Settings = [new(ApproveClusters, clusters)],
        };
    }
}
