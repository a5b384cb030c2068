using System.Collections.Immutable;
using System.Globalization;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Hooks;

/// <summary>
/// Section <c>Hooks</c>: who hears of failures and recoveries, and what is run in the course of one. The addresses and
/// commands may be secrets as well, so no problem repeats one (S17).
/// </summary>
public sealed class HookOptions : INestedOptions
{
    public const string Section = "Hooks";

    private const string All = "*";
    private static readonly char[] Between = [' ', '\t', '\r', '\n', ','];
    private static readonly TimeSpan TimeoutLeast =
        TimeSpan.FromMilliseconds(100), TimeoutMost = TimeSpan.FromSeconds(30);

    /// <summary>Addresses that are posted to, parted by blanks or commas; empty for none.</summary>
    public string Url { get; set; } = "";

    /// <summary>What requests are signed with; empty for no signature.</summary>
    public string Secret { get; set; } = "";

    /// <summary>Types of notices, parted by commas; <c>*</c> for all.</summary>
    public string Events { get; set; } = All;

    /// <summary>For one request, answer included.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What commands are run by, as <c>SHELL -c COMMAND</c>.</summary>
    public string Shell { get; set; } = "sh";

    // Of each point: addresses of hooks, parted by blanks or commas. In more detail, and for commands, a hook is a
    // setting below its point: Hooks:PreFailover:0:Command.
    public string Detection { get; set; } = "";
    public string PreTakeover { get; set; } = "";
    public string PreFailover { get; set; } = "";
    public string PostPrimaryFailover { get; set; } = "";
    public string PostIntermediateFailover { get; set; } = "";
    public string PostFailover { get; set; } = "";
    public string PostTakeover { get; set; } = "";
    public string PostTakeSource { get; set; } = "";
    public string Unsuccessful { get; set; } = "";

    private readonly SortedDictionary<(HookPoint Point, int Number), HookSetting> detailed = [];

    /// <summary>The hooks as plans know them, in the order in which they run; default when there are none.</summary>
    public ImmutableArray<PlannedHook> Planned =>
        Settings is { IsEmpty: false } all ? [.. all.Select(s => s.Planned)] : default;

    internal ImmutableArray<HookSetting> Settings =>
        [.. Enum.GetValues<HookPoint>().SelectMany(p => Simple(p).Concat(detailed.Values.Where(d => d.Point == p)))];

    /// <inheritdoc/>
    public string? Take(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Split(':') is not [var name, var place, var part] || !TryPoint(name, out var point))
            return $"{key}: there is no such setting; a hook is {HookPoint.PreFailover}:0:Command or the like";
        if (!int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > NumberMost)
            return $"{key}: expected a number from 0 to {NumberMost} after {point}";
        var known = string.Join(", ", HookSetting.Parts);
        if (!HookSetting.Parts.Contains(part, StringComparer.OrdinalIgnoreCase))
            return $"{key}: there is no such setting; known of a hook are {known}";
        var setting = detailed.GetValueOrDefault((point, number)) ?? new HookSetting(point, number);
        if (setting.With(part, value) is not { } more)
            return $"{key} '{value}': expected a time as hours:minutes:seconds, or true or false";
        detailed[(point, number)] = more;
        return null;
    }

    private const int NumberMost = 99, HooksMost = 16;

    // A number would be read as a point too.
    private static bool TryPoint(string name, out HookPoint point) =>
        Enum.TryParse(name, ignoreCase: true, out point)
        && point.ToString().Equals(name, StringComparison.OrdinalIgnoreCase);

    private IEnumerable<HookSetting> Simple(HookPoint point) =>
        Parts(AddressesOf(point), Between).Select((a, i) =>
            new HookSetting(point, i) { Url = a, Name = $"address-{i + 1}" });

    private string AddressesOf(HookPoint point) => point switch
    {
        HookPoint.Detection => Detection,
        HookPoint.PreTakeover => PreTakeover,
        HookPoint.PreFailover => PreFailover,
        HookPoint.PostPrimaryFailover => PostPrimaryFailover,
        HookPoint.PostIntermediateFailover => PostIntermediateFailover,
        HookPoint.PostFailover => PostFailover,
        HookPoint.PostTakeover => PostTakeover,
        HookPoint.PostTakeSource => PostTakeSource,
        HookPoint.Unsuccessful => Unsuccessful,
        _ => "",
    };

    internal ImmutableArray<Uri> Addresses => [.. Parts(Url, Between).Select(a => new Uri(a))];

    internal bool Wants(string type) => Parts(Events, ',').Any(e => e is All || e == type);

    /// <summary>Everything wrong with the settings, each problem naming the setting and what would be right.</summary>
    /// <param name="runsCommands">Whether this door runs commands.</param>
    public ImmutableArray<string> Problems(bool runsCommands = true) =>
        [.. FindProblems(), .. HookProblems(runsCommands)];

    /// <summary>What is allowed and comes to nothing.</summary>
    public IEnumerable<string> Warnings
    {
        get
        {
            if (Settings.Any(s => s.Point == HookPoint.PostIntermediateFailover))
                yield return $"{Section}:PostIntermediateFailover never runs: "
                    + "an intermediate source is not replaced yet";
        }
    }

    private IEnumerable<string> HookProblems(bool runsCommands)
    {
        if (Shell.Trim().Length == 0) yield return $"{Section}:Shell is empty: expected a shell, like sh or bash";
        foreach (var hook in Settings)
            foreach (var problem in hook.Problems(NameOf(hook), runsCommands)) yield return problem;
        foreach (var point in Settings.GroupBy(s => s.Point))
        {
            foreach (var twice in point.GroupBy(h => h.Name).Where(g => g.Count() > 1))
                yield return $"{Section}:{point.Key}: two hooks are named '{twice.Key}': expected a name for each";
            if (point.Count() > HooksMost)
                yield return $"{Section}:{point.Key}: {point.Count()} hooks: expected {HooksMost} at most";
        }
    }

    private string NameOf(HookSetting hook) => detailed.ContainsValue(hook)
        ? $"{Section}:{hook.Point}:{hook.Number}"
        : $"{Section}:{hook.Point}, number {hook.Number + 1}";

    private IEnumerable<string> FindProblems()
    {
        var number = 0;
        foreach (var address in Parts(Url, Between))
            if (WhyNot(address, ++number) is { } problem) yield return problem;
        if (Secret.Length > 0 && Signature.Of(Secret) is null)
            yield return $"{Section}:Secret is no secret of a webhook: expected {Signature.Prefix} and "
                + $"{Signature.ShortestKey} to {Signature.LongestKey} random bytes in base64";
        if (Secret.Length > 0 && Parts(Url, Between).Length == 0 && Settings.All(h => h.Url.Length == 0))
            yield return $"{Section}:Secret is given without {Section}:Url: name the address it belongs to, or drop it";
        foreach (var name in Parts(Events, ',').Where(e => e is not All && !NoticeType.All.Contains(e)))
            yield return $"{Section}:Events '{name}': expected {All} or some of {string.Join(", ", NoticeType.All)}";
        if (Parts(Events, ',').Length == 0)
            yield return $"{Section}:Events is empty: expected {All} or some of {string.Join(", ", NoticeType.All)}";
        if (Timeout < TimeoutLeast || Timeout > TimeoutMost)
            yield return $"{Section}:Timeout '{Timeout}': expected {TimeoutLeast} to {TimeoutMost}";
    }

    private static string? WhyNot(string address, int number) =>
        HookAddress.WhyNot(address) is { } wrong
            ? $"{Section}:Url, number {number}{(wrong[0] == '(' ? " " : ": ")}{wrong}"
            : null;

    private static string[] Parts(string text, params char[] between) =>
        text.Split(between, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
