using System.Collections.Immutable;

namespace OrchestratorFunctions.Local.Settings;

/// <summary>Section <c>Serve</c>: what the process itself needs.</summary>
public sealed class ServeOptions
{
    public const string Section = "Serve";

    /// <summary>Where the HTTP endpoints listen.</summary>
    public string Url { get; set; } = "http://127.0.0.1:3000";

    /// <summary>Whether other machines may reach it although nobody is asked who they are.</summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>Only this machine reaches us.</summary>
    public bool IsLoopback => new Uri(Url).IsLoopback;

    /// <summary>What this machine calls itself.</summary>
    public string LoopbackNames => NamesOf(Url);

    /// <summary>What this machine calls itself at an address of its own.</summary>
    internal static string NamesOf(string url) =>
        string.Join(", ", new[] { "localhost", "127.0.0.1", "[::1]", new Uri(url).Host }.Distinct());

    public ImmutableArray<string> Problems() =>
        IsAddress(Url) ? [] : [$"{Section}:Url '{Url}': expected http://ADDRESS:PORT"];

    /// <summary>
    /// Whether a text is an address to listen at, without a path, and with a host that is read alike by everybody:
    /// <c>http://loopback</c> is this machine to one reader, and all addresses to the one who listens.
    /// </summary>
    internal static bool IsAddress(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && uri.Scheme == Uri.UriSchemeHttp && uri.AbsolutePath == "/"
        && url.StartsWith($"http://{uri.Host}", StringComparison.OrdinalIgnoreCase)
        && $"{uri.UserInfo}{uri.Query}{uri.Fragment}".Length == 0;
}
