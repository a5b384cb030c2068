using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Local.Settings;

/// <summary>Section <c>Serve</c>: what the process itself needs.</summary>
public sealed class ServeOptions
{
    public const string Section = "Serve";

    /// <summary>Where the HTTP endpoints listen.</summary>
    public string Url { get; set; } = "http://127.0.0.1:3000";

    /// <summary>Servers to discover when the process starts, host:port parted by commas.</summary>
    public string Seeds { get; set; } = "";

    public IEnumerable<string> SeedList => Seeds.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Only this machine reaches us.</summary>
    public bool IsLoopback => new Uri(Url).IsLoopback;

    /// <summary>What this machine calls itself.</summary>
    public string LoopbackNames => string.Join(", ", new[] { "localhost", "127.0.0.1", "[::1]", new Uri(Url).Host }.Distinct());

    public ImmutableArray<string> Problems() =>
    [
        .. Uri.TryCreate(Url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && uri.AbsolutePath == "/"
            ? Array.Empty<string>() : [$"{Section}:Url '{Url}': expected http://ADDRESS:PORT"],
        .. SeedList.Where(s => !InstanceKey.TryParse(s, out _, out _)).Select(s => $"{Section}:Seeds '{s}': expected host:port, parted by commas"),
    ];
}
