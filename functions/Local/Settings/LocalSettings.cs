using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Hooks;
using OrchestratorFunctions.MySql.Settings;
using OrchestratorFunctions.Storage;

namespace OrchestratorFunctions.Local.Settings;

/// <summary>
/// Every setting of the process, read from a JSON file, then the environment (<c>ORCHESTRATOR_Section__Key</c>), then
/// the command line (<c>--set Section:Key=value</c>); later ones win.
/// </summary>
public sealed class LocalSettings
{
    public const string EnvironmentPrefix = "ORCHESTRATOR_";

    /// <summary>
    /// Variables with the prefix that are no settings: they tell the scripts where to keep things, and orchestrator's
    /// client whom to ask and as whom.
    /// </summary>
    private static readonly string[] OfOthers =
        ["STATE", "CACHE", "AUTH_USER", "AUTH_PASSWORD", "AUTH_USER_HEADER", "INSTANCE", "API_TOKEN"];

    public StorageOptions Storage { get; } = new();
    public MySqlOptions MySql { get; } = new();
    public FlowSettings Flow { get; } = new();
    public ServeOptions Serve { get; } = new();
    public MetricsOptions Metrics { get; } = new();
    public ApiOptions Api { get; } = new();

    /// <summary>The same for what is scraped at an address of its own, which has names of its own.</summary>
    public ApiOptions MetricsAccess { get; private set; } = new();

    public HookOptions Hooks { get; } = new();

    /// <summary>No account is configured, so one is emulated on this machine.</summary>
    public bool NeedsEmulator => Storage.ConnectionString.Length == 0 && Storage.AccountName.Length == 0;

    /// <summary>The settings, or every problem with them.</summary>
    public static (LocalSettings Settings, ImmutableArray<string> Problems) Read(
        string? file, IReadOnlyCollection<string> assignments)
    {
        var problems = new List<string>();
        var settings = Of(Configure(file, assignments, problems), problems);
        return (settings, [.. problems]);
    }

    /// <summary>What is wrong with settings by their names, as in a file, without anything else that is set.</summary>
    public static ImmutableArray<string> ProblemsWith(IEnumerable<KeyValuePair<string, string?>> given)
    {
        var problems = new List<string>();
        Of(new ConfigurationBuilder().AddInMemoryCollection(given).Build(), problems);
        return [.. problems];
    }

    private static LocalSettings Of(IConfiguration configuration, List<string> problems)
    {
        var settings = new LocalSettings();
        foreach (var (section, options) in settings.Sections)
            OptionBinding.Bind(
                section, options, settings.Flow.Given(section, name => In(configuration, name)), problems);
        string[] known = [.. settings.Sections.Select(s => s.Section)];
        string[] read = [.. known, .. OfOthers, RetentionOptions.FormerSection];
        problems.AddRange(configuration.GetChildren().Select(s => s.Key)
            .Where(s => !read.Contains(s, StringComparer.OrdinalIgnoreCase))
            .Select(s => $"{s}: there is no such section; known are {string.Join(", ", known)}"));
        if (problems.Count == 0) problems.AddRange(settings.Problems());
        if (problems.Count == 0) settings.KeepToOwnNames();
        return settings;
    }

    // Whoever asks this machine by another name than its own was led here by a page of another site.
    private void KeepToOwnNames()
    {
        var isMeant = Api.Hosts.Length > 0;
        MetricsAccess = Api.ReachedAs(
            isMeant ? Api.Hosts : Metrics.HasOwnAddress && Metrics.IsLoopback ? ServeOptions.NamesOf(Metrics.Url) : "");
        if (!isMeant && Serve.IsLoopback) Api.Hosts = Serve.LoopbackNames;
    }

    private static IEnumerable<KeyValuePair<string, string?>> In(IConfiguration configuration, string section) =>
        configuration.GetSection(section).AsEnumerable(makePathsRelative: true).Where(c => c.Key.Length > 0)
            .Where(c => c.Value is not null || !configuration.GetSection($"{section}:{c.Key}").GetChildren().Any())
            .OrderBy(c => c.Key, StringComparer.OrdinalIgnoreCase);

    /// <summary>What is allowed and may yet not be meant, to be said at the start.</summary>
    public IEnumerable<string> Warnings
    {
        get
        {
            if (!Serve.IsLoopback) yield return Reached(ServeOptions.Section, Serve.Url);
            if (Metrics.HasOwnAddress && !Metrics.IsLoopback) yield return Reached(MetricsOptions.Section, Metrics.Url);
            foreach (var warning in Hooks.Warnings) yield return warning;
        }
    }

    /// <summary>Why <c>serve</c> does not start with these settings; the other commands do.</summary>
    public IEnumerable<string> WhyNotServed()
    {
        if (Serve.IsLoopback || Serve.AllowAnonymous || Api.Authentication != AuthenticationMethod.None) yield break;
        yield return $"{ServeOptions.Section}:Url {Serve.Url} is reached from other machines, and nobody is asked who "
            + "they are: expected Api:Authentication Basic, Multi or Proxy, or an address of this machine like "
            + $"http://127.0.0.1:3000; {ServeOptions.Section}:AllowAnonymous=true lets in whoever reaches it";
    }

    private string Reached(string section, string url) =>
        $"{section}:Url {url} is reached from other machines: " + Api.Authentication switch
        {
            AuthenticationMethod.None => "whoever reaches it is let in (Api:Authentication None)",
            AuthenticationMethod.Proxy => "whoever reaches it past the proxy can write any name into "
                + $"{Api.UserHeader} (Api:Authentication Proxy)",
            var method => "the password travels in the clear, unless a proxy in front ends TLS "
                + $"(Api:Authentication {method})",
        };

    private (string Section, object Options)[] Sections =>
    [
        (StorageOptions.Section, Storage), (MySqlOptions.Section, MySql), .. Flow.Sections,
        (ServeOptions.Section, Serve), (MetricsOptions.Section, Metrics), (ApiOptions.Section, Api),
        (HookOptions.Section, Hooks),
    ];

    private IEnumerable<string> Problems() =>
    [
        .. NeedsEmulator ? [] : Storage.Problems(), .. MySql.Problems(), .. MySql.ProblemsWith(Flow.Recovery),
        .. Flow.Problems(), .. Serve.Problems(), .. Metrics.Problems(Serve), .. Api.Problems(), .. Hooks.Problems(),
    ];

    private static IConfigurationRoot Configure(
        string? file, IReadOnlyCollection<string> assignments, List<string> problems)
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

    private static Dictionary<string, string?> Assignments(
        IReadOnlyCollection<string> assignments, List<string> problems)
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
}
