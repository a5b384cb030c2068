using System.Globalization;
using System.Text.RegularExpressions;

namespace OrchestratorFunctions.Core.Naming;

/// <summary>
/// Durations as people write them: a number with a unit (<c>90s</c>, <c>90m</c>, <c>2h</c>, <c>1d</c>), several of them
/// in a row (<c>1h30m</c>), or <c>hh:mm:ss</c>. A number without a unit is refused: it is taken for days by one reader
/// and for minutes by another.
/// </summary>
public static class Duration
{
    private static readonly Regex Clock = new(
        @"^(?<hours>\d{1,4}):(?<minutes>[0-5]\d):(?<seconds>[0-5]\d)$", RegexOptions.CultureInvariant);

    private static readonly Regex Units = new(
        @"^((?<number>\d{1,9}(\.\d{1,3})?)(?<unit>[dhms]))+$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private const string Right = "expected a duration with a unit, for example 90m, 2h or 1d";

    /// <summary>On refusal <paramref name="problem"/> names the text and says what would be right.</summary>
    public static bool TryParse(string? text, out TimeSpan duration, out string problem)
    {
        var trimmed = text?.Trim() ?? "";
        var seconds = SecondsOf(trimmed);
        (duration, problem) = (TimeSpan.Zero, "");
        if (seconds is null) problem = $"{(trimmed.Length > 0 ? trimmed : "''")}: {Right}";
        else if (seconds > TimeSpan.MaxValue.TotalSeconds / 2) problem = $"{trimmed}: is too long";
        else duration = TimeSpan.FromSeconds(seconds.Value);
        return problem.Length == 0;
    }

    /// <summary>As short as it can be said exactly to the second: <c>1h30m</c>.</summary>
    public static string Of(TimeSpan duration)
    {
        var all = TimeSpan.FromSeconds(Math.Round(duration.TotalSeconds));
        (long Number, string Unit)[] parts =
            [((long)all.TotalDays, "d"), (all.Hours, "h"), (all.Minutes, "m"), (all.Seconds, "s")];
        var said = string.Concat(parts.Where(p => p.Number > 0).Select(p => $"{p.Number}{p.Unit}"));
        return said.Length > 0 ? said : "0s";
    }

    private static double? SecondsOf(string text)
    {
        if (Clock.Match(text) is { Success: true } clock)
            return (Number(clock, "hours") * 3600) + (Number(clock, "minutes") * 60) + Number(clock, "seconds");
        if (Units.Match(text) is not { Success: true } units) return null;
        return units.Groups["number"].Captures.Zip(units.Groups["unit"].Captures)
            .Sum(p => Number(p.First.Value) * SecondsIn(p.Second.Value));
    }

    private static double Number(Match match, string group) => Number(match.Groups[group].Value);

    private static double Number(string digits) => double.Parse(digits, CultureInfo.InvariantCulture);

    private static double SecondsIn(string unit) => unit.ToUpperInvariant() switch
    {
        "D" => 86400,
        "H" => 3600,
        "M" => 60,
        _ => 1,
    };
}
