using System.Text.RegularExpressions;

namespace OrchestratorFunctions.Monitoring.Tests;

/// <summary>One alert as it stands in the file; promtool has checked that the file is right.</summary>
internal sealed partial record Alert(string Name, string Text)
{
    public static Alert[] All { get; } =
        [.. Block().Matches(Tree.Read("infra/monitoring/alerts.yaml")).Select(m => new Alert(m.Groups[1].Value, m.Value))];

    /// <summary>What stands behind a key, on its line or folded below it; empty where the key is not there.</summary>
    public string this[string key]
    {
        get
        {
            var match = Regex.Match(Text, $@"^( +){key}: (.*)\n((?:\1  .*\n)*)", RegexOptions.Multiline);
            var inline = match.Groups[2].Value;
            return inline == ">-" ? string.Join(' ', match.Groups[3].Value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) : inline;
        }
    }

    public override string ToString() => Name;

    [GeneratedRegex(@"^ +- alert: (\w+)\n(?:(?: {8}.*)\n)+", RegexOptions.Multiline)]
    private static partial Regex Block();
}
