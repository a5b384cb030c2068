using System.Text.RegularExpressions;

namespace OrchestratorFunctions.Hooks;

/// <summary>One hook as the settings describe it: a command, or an address that is posted to.</summary>
/// <param name="Number">Its place at its point, as the settings number it; the order in which hooks run.</param>
internal sealed partial record HookSetting(HookPoint Point, int Number)
{
    public static readonly TimeSpan TimeoutLeast = TimeSpan.FromMilliseconds(100),
        TimeoutMost = TimeSpan.FromMinutes(5);

    /// <summary>What may be said of a hook.</summary>
    public static readonly string[] Parts = ["Command", "Url", "Name", "Timeout", "Waits"];

    private const string InBackground = "&";

    /// <summary>A shell runs it; with an ampersand at its end it is not waited for.</summary>
    public string Command { get; init; } = "";

    public string Url { get; init; } = "";

    /// <summary>Its number where nobody named it.</summary>
    public string Name { get; init; } = $"{Number}";

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public bool Waits { get; init; } = true;

    /// <summary>What the shell is given.</summary>
    public string Line => IsLeft ? Command.Trim()[..^1].TrimEnd() : Command.Trim();

    private bool IsLeft => Command.Trim() is var line && line.EndsWith(InBackground, StringComparison.Ordinal)
        && !line.EndsWith("&&", StringComparison.Ordinal);

    public PlannedHook Planned => new(Point, Name, Timeout, Waits && !IsLeft);

    /// <summary>With one more part; null where the value cannot be read.</summary>
    public HookSetting? With(string part, string value) => part.ToUpperInvariant() switch
    {
        "COMMAND" => this with { Command = value },
        "URL" => this with { Url = value },
        "NAME" => this with { Name = value },
        "TIMEOUT" when TimeSpan.TryParse(value, out var time) => this with { Timeout = time },
        "WAITS" when bool.TryParse(value, out var waits) => this with { Waits = waits },
        _ => null,
    };

    /// <summary>Everything wrong with it by itself. Command and address may be secrets: none is repeated (S17).</summary>
    /// <param name="at">Its name among the settings.</param>
    /// <param name="runsCommands">This process has a shell.</param>
    public IEnumerable<string> Problems(string at, bool runsCommands)
    {
        if (Command.Length > 0 == Url.Length > 0)
            yield return $"{at}: expected either {at}:Command or {at}:Url";
        if (Command.Length > 0 && Line.Length == 0) yield return $"{at}:Command: expected a command";
        if (Command.Length > 0 && !runsCommands)
            yield return $"{at}:Command: no commands are run on Azure: expected {at}:Url, an address that is posted to";
        if (Url.Length > 0 && HookAddress.WhyNot(Url) is { } wrong) yield return $"{at}:Url: {wrong}";
        if (!Names().IsMatch(Name))
            yield return $"{at}:Name '{Name}': expected 1 to 64 letters, digits, dots, dashes and underscores";
        if (Timeout < TimeoutLeast || Timeout > TimeoutMost)
            yield return $"{at}:Timeout '{Timeout}': expected {TimeoutLeast} to {TimeoutMost}";
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex Names();
}
