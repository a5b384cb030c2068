using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.MySql;
using OrchestratorFunctions.Storage;

namespace OrchestratorFunctions.Local.Settings;

/// <summary>
/// Every setting of the process, read from a JSON file, then the environment (<c>ORCHESTRATOR_Section__Key</c>), then the command line
/// (<c>--set Section:Key=value</c>); later ones win.
/// </summary>
public sealed class AllSettings
{
    public const string EnvironmentPrefix = "ORCHESTRATOR_";

    /// <summary>Variables with the prefix that tell the scripts where to keep things, and are no settings.</summary>
    private static readonly string[] OfScripts = ["STATE", "CACHE"];

    public StorageOptions Storage { get; } = new();
    public MySqlOptions MySql { get; } = new();
    public WatchOptions Watch { get; } = new();
    public DetectionOptions Detection { get; } = new();
    public RecoveryOptions Recovery { get; } = new();
    public TakeoverOptions Takeover { get; } = new();
    public CleanOptions Clean { get; } = new();
    public ServeOptions Serve { get; } = new();

    /// <summary>No account is configured, so one is emulated on this machine.</summary>
    public bool NeedsEmulator => Storage.ConnectionString.Length == 0 && Storage.AccountName.Length == 0;

    /// <summary>The settings, or every problem with them.</summary>
    public static (AllSettings Settings, ImmutableArray<string> Problems) Read(string? file, IReadOnlyCollection<string> assignments)
    {
        var settings = new AllSettings();
        var problems = new List<string>();
        var configuration = Configure(file, assignments, problems);
        foreach (var (section, options) in settings.Sections) Bind(configuration, section, options, problems);
        problems.AddRange(configuration.GetChildren().Where(s => !OfScripts.Contains(s.Key) && settings.Sections.All(k => !k.Section.Equals(s.Key, StringComparison.OrdinalIgnoreCase)))
            .Select(s => $"{s.Key}: there is no such section; known are {string.Join(", ", settings.Sections.Select(k => k.Section))}"));
        if (problems.Count == 0) problems.AddRange(settings.Problems());
        return (settings, [.. problems]);
    }

    private (string Section, object Options)[] Sections =>
    [
        (StorageOptions.Section, Storage), (MySqlOptions.Section, MySql), (WatchOptions.Section, Watch), (DetectionOptions.Section, Detection),
        (RecoveryOptions.Section, Recovery), (TakeoverOptions.Section, Takeover), (CleanOptions.Section, Clean), (ServeOptions.Section, Serve),
    ];

    private IEnumerable<string> Problems() =>
        [.. NeedsEmulator ? [] : Storage.Problems(), .. MySql.Problems(), .. Watch.Problems(), .. Detection.Problems(), .. Recovery.Problems(), .. Takeover.Problems(), .. Clean.Problems(), .. Serve.Problems()];

    private static IConfigurationRoot Configure(string? file, IReadOnlyCollection<string> assignments, List<string> problems)
    {
        var builder = new ConfigurationBuilder();
        if (file is not null)
        {
            if (File.Exists(file)) builder.AddJsonFile(Path.GetFullPath(file), optional: false);
            else problems.Add($"--config '{file}': there is no such file");
        }
        builder.AddEnvironmentVariables(EnvironmentPrefix);
        builder.AddInMemoryCollection(Assignments(assignments, problems));
        try
        {
            return builder.Build();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            problems.Add($"--config '{file}': is no JSON that can be read: {(e.InnerException ?? e).Message}");
            return new ConfigurationBuilder().Build();
        }
    }

    private static Dictionary<string, string?> Assignments(IReadOnlyCollection<string> assignments, List<string> problems)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var assignment in assignments)
        {
            var equals = assignment.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) problems.Add($"--set '{assignment}': expected Section:Key=value");
            else values[assignment[..equals]] = assignment[(equals + 1)..];
        }
        return values;
    }

    private static void Bind(IConfigurationRoot configuration, string section, object options, List<string> problems)
    {
        var part = configuration.GetSection(section);
        foreach (var given in part.GetChildren())
        {
            var property = options.GetType().GetProperties().FirstOrDefault(p => p.CanWrite && p.Name.Equals(given.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                problems.Add($"{section}:{given.Key}: there is no such setting; known are {string.Join(", ", options.GetType().GetProperties().Where(p => p.CanWrite).Select(p => p.Name))}");
                continue;
            }
            try
            {
                property.SetValue(options, System.ComponentModel.TypeDescriptor.GetConverter(property.PropertyType).ConvertFromInvariantString(given.Value ?? ""));
            }
            catch (Exception)
            {
                problems.Add($"{section}:{property.Name} '{given.Value}': expected {Kind(property.PropertyType)}");
            }
        }
    }

    private static string Kind(Type type) =>
        type == typeof(TimeSpan) ? "a time as hours:minutes:seconds, like 00:00:02.5"
        : type == typeof(bool) ? "true or false"
        : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : type == typeof(string) ? "a text" : "a number";
}
