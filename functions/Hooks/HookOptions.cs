using System.Collections.Immutable;
using OrchestratorFunctions.Core.Explaining;

namespace OrchestratorFunctions.Hooks;

/// <summary>
/// Section <c>Hooks</c>: who hears of failures and recoveries. The addresses may be secrets as well, so no problem
/// repeats one (S17).
/// </summary>
public sealed class HookOptions
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

    internal ImmutableArray<Uri> Addresses => [.. Parts(Url, Between).Select(a => new Uri(a))];

    internal bool Wants(string type) => Parts(Events, ',').Any(e => e is All || e == type);

    /// <summary>Everything wrong with the settings, each problem naming the setting and what would be right.</summary>
    public ImmutableArray<string> Problems() => [.. FindProblems()];

    private IEnumerable<string> FindProblems()
    {
        var number = 0;
        foreach (var address in Parts(Url, Between))
            if (WhyNot(address, ++number) is { } problem) yield return problem;
        if (Secret.Length > 0 && Signature.Of(Secret) is null)
            yield return $"{Section}:Secret is no secret of a webhook: expected {Signature.Prefix} and "
                + $"{Signature.ShortestKey} to {Signature.LongestKey} random bytes in base64";
        if (Secret.Length > 0 && Parts(Url, Between).Length == 0)
            yield return $"{Section}:Secret is given without {Section}:Url: name the address it belongs to, or drop it";
        foreach (var name in Parts(Events, ',').Where(e => e is not All && !NoticeType.All.Contains(e)))
            yield return $"{Section}:Events '{name}': expected {All} or some of {string.Join(", ", NoticeType.All)}";
        if (Parts(Events, ',').Length == 0)
            yield return $"{Section}:Events is empty: expected {All} or some of {string.Join(", ", NoticeType.All)}";
        if (Timeout < TimeoutLeast || Timeout > TimeoutMost)
            yield return $"{Section}:Timeout '{Timeout}': expected {TimeoutLeast} to {TimeoutMost}";
    }

    private static string? WhyNot(string address, int number)
    {
        const string expected = "expected https://HOST/PATH, or http:// for this very machine";
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http")
            || uri.Host.Length == 0)
            return $"{Section}:Url, number {number}: is no address; {expected}";
        if (uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback)
            return $"{Section}:Url, number {number} ({HttpSink.NameOf(uri)}): would send in the clear; {expected}";
        // It would be left out of the request without a word.
        return uri.UserInfo.Length > 0
            ? $"{Section}:Url, number {number} ({HttpSink.NameOf(uri)}): has a user before the host; {expected}"
            : null;
    }

    private static string[] Parts(string text, params char[] between) =>
        text.Split(between, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
