using System.Text.RegularExpressions;

namespace OrchestratorFunctions.Page.Tests;

/// <summary>
/// A test that reads the page in a browser. It keeps its pictures in a folder of its name, beside the tests, and after a
/// failure what the page held and said. An error that the page tells its console fails it, unless it was foretold.
/// </summary>
public abstract partial class Story : IAsyncLifetime
{
    private static readonly Lazy<Task<Child>> Nothing = new(BeginAsync);

    private readonly List<Reader> readers = [];
    private readonly List<IAsyncDisposable> opened = [];

    protected Story()
    {
        SetDefaultExpectTimeout((float)Eventually.Bound.TotalMilliseconds / 2);
    }

    internal string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "pictures", Named());

    public ValueTask InitializeAsync()
    {
        if (Browser.WhyUnavailable is { } reason) Assert.Skip(reason);
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
        Directory.CreateDirectory(Folder);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        var hasFailed = TestContext.Current.TestState?.Result == TestResult.Failed;
        foreach (var reader in readers)
        {
            if (hasFailed) await reader.KeepAllAsync();
            await reader.CloseAsync();
        }
        opened.Reverse();
        foreach (var one in opened) await one.DisposeAsync();
        if (!hasFailed) Assert.Empty(readers.SelectMany(r => r.Complaints));
    }

    /// <summary>Opens the page at an address of a process; everything else as the browser has it at first.</summary>
    internal async Task<Reader> ReadAsync(Child at, string path = "/web/", BrowserNewContextOptions? options = null)
    {
        var reader = await NewReaderAsync(at, options);
        await reader.GoAsync(path);
        return reader;
    }

    /// <summary>A reader who has opened nothing yet, so that answers can be put in its way before.</summary>
    internal async Task<Reader> NewReaderAsync(Child at, BrowserNewContextOptions? options = null)
    {
        options ??= new();
        options.BaseURL = at.Address;
        options.ViewportSize ??= new() { Width = 1400, Height = 900 };
        var context = await Browser.NewContextAsync(options);
        var reader = new Reader(await context.NewPageAsync(), $"{Folder}{Path.DirectorySeparatorChar}{(readers.Count == 0 ? "" : $"reader-{readers.Count + 1}-")}");
        readers.Add(reader);
        return reader;
    }

    /// <summary>A process that serves an installation, until the story ends.</summary>
    internal async Task<Child> ServeAsync(Place place, params string[] more)
    {
        var child = Keep(Child.Start(place, more));
        await child.AnswersAsync();
        return child;
    }

    /// <summary>A process over a fleet that was discovered as <c>shop</c> and is watched.</summary>
    internal async Task<Child> WatchAsync(ServerFleet fleet, params string[] more)
    {
        var place = await Place.NewAsync();
        var found = await place.RunAsync("discover", fleet.Primary.Key, "--alias", "shop");
        Assert.True(found.Code == 0, found.ToString());
        var child = Keep(Child.Start(place, more));
        await child.WatchesAsync(fleet.Servers.Count);
        return child;
    }

    /// <summary>A process without servers behind it, for stories whose answers are written.</summary>
    internal static Task<Child> ServeNothingAsync() => Nothing.Value;

    internal T Keep<T>(T one) where T : IAsyncDisposable
    {
        opened.Add(one);
        return one;
    }

    internal static async Task EndAsync()
    {
        if (Nothing.IsValueCreated) await (await Nothing.Value).DisposeAsync();
    }

    private static async Task<Child> BeginAsync()
    {
        var child = Child.Start(await Place.NewAsync());
        await child.AnswersAsync();
        return child;
    }

    // Class and method, fit for a folder.
    private static string Named() => Unfit().Replace(TestContext.Current.Test?.TestDisplayName.Replace("OrchestratorFunctions.Page.Tests.", "", StringComparison.Ordinal) ?? "story", "-");

    [GeneratedRegex(@"[^\w.]+")]
    private static partial Regex Unfit();
}
