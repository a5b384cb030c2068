using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Discovering;

namespace OrchestratorFunctions.Flow.Settings;

/// <summary>
/// Section <c>Discovery</c>: the servers an installation begins with. What is no host:port is refused.
/// </summary>
public sealed class DiscoveryOptions
{
    public const string Section = "Discovery";

    private const string Example = "db1.example.com:3306";

    /// <summary>
    /// Servers that are looked for until they are found, host:port parted by commas. One of a cluster is enough.
    /// </summary>
    public string Seeds { get; set; } = "";

    /// <summary>The same as keys, each once. Only for settings without a problem.</summary>
    public ImmutableArray<InstanceKey> SeedKeys => [.. Parts.Select(InstanceKey.Parse).Distinct()];

    private string[] Parts => Seeds.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public ImmutableArray<string> Problems() =>
    [
        .. Parts.Where(p => !InstanceKey.TryParse(p, out _, out _))
            .Select(p => $"{Section}:{nameof(Seeds)} '{p}': expected host:port, parted by commas, like {Example}"),
    ];
}
