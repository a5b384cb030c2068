using System.Reflection;
using System.Text.Json;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Host;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using HttpOptions = Microsoft.Azure.WebJobs.Extensions.Http.HttpOptions;

namespace OrchestratorFunctions.App.Tests;

/// <summary>
/// host.json, read by the host's own kernel and extensions as the host does it: bound to their options and put before their own validation.
/// The extension of Service Bus cannot be had everywhere; its section is compared with its documentation only.
/// </summary>
public sealed class HostJsonTests
{
    private const string Root = "AzureFunctionsJobHost";

    [Fact]
    public void The_durable_extension_accepts_every_value()
    {
        using var host = Host();
        // Options are bound and validated as the backend is made, and the names of its queues and tables when it is first used.
        var backend = host.Services.GetRequiredService<IDurabilityProviderFactory>();
        Assert.NotNull(backend.GetDurabilityProvider());
        var options = host.Services.GetRequiredService<IOptions<DurableTaskOptions>>().Value;
        Assert.Equal(("orchestrator", 16), (options.HubName, options.MaxConcurrentActivityFunctions));
        Assert.Equal("00:01:00", options.StorageProvider["controlQueueVisibilityTimeout"]);
    }

    /// <summary>The same way refuses what the real host refused: without this the test above would show nothing.</summary>
    [Fact]
    public void A_value_the_durable_extension_refuses_is_refused_here_too()
    {
        using var host = Host(("extensions:durableTask:storageProvider:controlQueueVisibilityTimeout", "00:00:30"));
        var refused = Assert.ThrowsAny<Exception>(host.Services.GetRequiredService<IDurabilityProviderFactory>);
        Assert.Contains("ControlQueueVisibilityTimeout must be between 1 and 60 minutes", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_timers_of_a_killed_instance_begin_again_after_a_quarter_of_a_minute()
    {
        using var host = Host();
        var options = host.Services.GetRequiredService<IOptions<SingletonOptions>>().Value;
        var quarter = TimeSpan.FromSeconds(15);
        Assert.Equal((quarter, quarter, quarter), (options.LockPeriod, options.ListenerLockPeriod, options.ListenerLockRecoveryPollingInterval));
    }

    [Fact]
    public void The_locks_of_timers_may_not_be_shorter_than_the_kernel_allows()
    {
        using var host = Host(("singleton:listenerLockPeriod", "00:00:10"));
        Assert.ThrowsAny<Exception>(() => host.Services.GetRequiredService<IOptions<SingletonOptions>>().Value);
    }

    [Fact]
    public void The_http_extension_takes_the_empty_prefix_and_the_limit()
    {
        using var host = Host();
        var options = host.Services.GetRequiredService<IOptions<HttpOptions>>().Value;
        Assert.Equal(("", 50), (options.RoutePrefix, options.MaxConcurrentRequests));
    }

    /// <summary>A name that nobody reads is passed over without a word, and its value with it.</summary>
    [Fact]
    public void Every_name_is_one_that_its_reader_knows()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(HostJson));
        var root = file.RootElement;
        AssertKnown(root.GetProperty("singleton"), typeof(SingletonOptions));
        AssertKnown(root.GetProperty("extensions").GetProperty("http"), typeof(HttpOptions));
        var durable = root.GetProperty("extensions").GetProperty("durableTask");
        AssertKnown(durable, typeof(DurableTaskOptions), "storageProvider");
        AssertKnown(durable.GetProperty("storageProvider"), typeof(AzureStorageOptions), "type");
    }

    /// <summary>What is tested here is the version that the build puts beside the app for the host.</summary>
    [Fact]
    public void The_durable_extension_beside_the_app_is_the_one_that_is_asked()
    {
        var beside = Path.Combine(AppOutputs.Folder, ".azurefunctions", "Microsoft.Azure.WebJobs.Extensions.DurableTask.dll");
        Assert.Equal(VersionOf(typeof(DurableTaskOptions).Assembly.Location), VersionOf(beside));
    }

    [Theory]
    [InlineData("Function.WatchTimer.User", LogLevel.Information, true)]
    [InlineData("Function.RunStage.User", LogLevel.Information, true)]
    [InlineData("Function.WatchTimer.User", LogLevel.Debug, false)]
    [InlineData("Function.WatchTimer", LogLevel.Information, false)]
    [InlineData("Function.WatchTimer", LogLevel.Error, true)]
    [InlineData("Host.Results", LogLevel.Information, true)]
    [InlineData("Host.Triggers.Timer", LogLevel.Information, false)]
    public void The_log_stream_has_what_our_functions_say_and_not_every_tick(string category, LogLevel level, bool isShown)
    {
        using var services = new ServiceCollection().AddLogging(b => b.AddConfiguration(Configuration().GetSection($"{Root}:logging")).AddProvider(new Everything()))
            .BuildServiceProvider();
        Assert.Equal(isShown, services.GetRequiredService<ILoggerFactory>().CreateLogger(category).IsEnabled(level));
    }

    private static string HostJson => Path.Combine(AppOutputs.Folder, "host.json");

    private static string? VersionOf(string assembly) => System.Diagnostics.FileVersionInfo.GetVersionInfo(assembly).FileVersion;

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] changes) => new ConfigurationBuilder()
        .AddInMemoryCollection(new ConfigurationBuilder().AddJsonFile(HostJson).Build().AsEnumerable().Select(e => KeyValuePair.Create($"{Root}:{e.Key}", e.Value)))
        .AddInMemoryCollection(changes.Select(c => KeyValuePair.Create($"{Root}:{c.Key}", (string?)c.Value)))
        .AddInMemoryCollection(
        [
            // Where the host finds its root, and an account that nobody asks here.
            new("AzureWebJobsConfigurationSection", Root), new("AzureWebJobsStorage", "UseDevelopmentStorage=true"),
            new("FUNCTIONS_WORKER_RUNTIME", "dotnet-isolated"),
        ]).Build();

    private static IHost Host(params (string Key, string Value)[] changes) => new HostBuilder()
        // Not as a configuration in another one: that would pass empty texts over.
        .ConfigureAppConfiguration(c => c.AddInMemoryCollection(Configuration(changes).AsEnumerable()))
        .ConfigureWebJobs(jobs => jobs.AddDurableTask().AddHttp())
        .Build();

    private static void AssertKnown(JsonElement section, Type options, params string[] alsoKnown)
    {
        foreach (var given in section.EnumerateObject().Where(p => !alsoKnown.Contains(p.Name)))
        {
            var known = options.GetProperty(given.Name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
            Assert.True(known?.CanWrite == true, $"{options.Name} has no '{given.Name}'");
            if (given.Value.ValueKind == JsonValueKind.Object) AssertKnown(given.Value, known!.PropertyType);
        }
    }

    private sealed class Everything : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }
    }
}
