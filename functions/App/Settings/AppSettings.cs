using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Hooks;
using OrchestratorFunctions.MySql.Settings;
using OrchestratorFunctions.Storage;

namespace OrchestratorFunctions.App.Settings;

/// <summary>Every setting of the app, read from its app settings (<c>Section__Key</c>).</summary>
public sealed class AppSettings
{
    /// <summary>What a Key Vault reference looks like that the platform could not resolve.</summary>
    private const string UnresolvedReference = "@Microsoft.KeyVault(";

    public StorageOptions Storage { get; } = new();
    public MySqlOptions MySql { get; } = new();
    public FlowSettings Flow { get; } = new();
    public FailureBusOptions Bus { get; } = new();
    public ApiOptions Api { get; } = new();
    public HookOptions Hooks { get; } = new();

    private IEnumerable<(string Section, object Options)> Sections =>
        [(StorageOptions.Section, Storage), (MySqlOptions.Section, MySql), .. Flow.Sections, (FailureBusOptions.Section, Bus), (ApiOptions.Section, Api), (HookOptions.Section, Hooks)];

    /// <summary>
    /// The settings, or every problem with them, each naming the setting and the Bicep parameter behind it.
    /// </summary>
    public static (AppSettings Settings, ImmutableArray<string> Problems) Read(IConfiguration configuration)
    {
        var settings = new AppSettings();
        var problems = new List<string>();
        foreach (var (section, options) in settings.Sections)
        {
            var given = settings.Flow.Given(
                section, s => configuration.GetSection(s).AsEnumerable(makePathsRelative: true)
                    .Where(c => c is { Key.Length: > 0, Value: not null }).OrderBy(c => c.Key, StringComparer.OrdinalIgnoreCase)).ToArray();
            problems.AddRange(given.Where(g => g.Value?.StartsWith(UnresolvedReference, StringComparison.Ordinal) == true).Select(g =>
                $"{section}:{g.Key}: its Key Vault reference is not resolved; check that the secret exists and that the identity of the app may read it"));
            OptionBinding.Bind(section, options, given, problems);
        }
        if (problems.Count == 0) problems.AddRange(settings.Problems());
        return (settings, [.. problems.Select(BicepParameters.Name)]);
    }

    private IEnumerable<string> Problems() => [.. Storage.Problems(), .. MySql.Problems(), .. MySql.ProblemsWith(Flow.Recovery), .. Flow.Problems(), .. Bus.Problems(), .. Api.Problems(),
        .. Hooks.Problems(runsCommands: false)];
}
