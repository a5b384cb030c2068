[assembly: AssemblyFixture(typeof(OrchestratorFunctions.Page.Tests.BrowserEnd))]

namespace OrchestratorFunctions.Page.Tests;

/// <summary>The one browser of the test process: this machine's own Chromium, without a window.</summary>
internal static class Browser
{
    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome"];

    private static readonly Lazy<Task<IBrowser>> One = new(LaunchAsync);

    private static IPlaywright? driver;

    /// <summary>Null where a browser can be had, else why not, in one sentence.</summary>
    public static string? WhyUnavailable => Program is null ? $"no browser is here to open the page: install chromium (looked for {string.Join(", ", Programs)} in PATH)" : null;

    private static string? Program => Programs
        .SelectMany(p => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, p)))
        .FirstOrDefault(File.Exists);

    /// <summary>A reader of their own, who shares no storage with others.</summary>
    public static async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions options)
    {
        (options.Locale, options.TimezoneId) = ("en-GB", "UTC");
        return await (await One.Value).NewContextAsync(options);
    }

    public static async Task CloseAsync()
    {
        if (One.IsValueCreated) await (await One.Value).CloseAsync();
        driver?.Dispose();
    }

    private static async Task<IBrowser> LaunchAsync()
    {
        driver = await Playwright.CreateAsync();
        // Its sandbox does not work for root, and small shared memory of containers lets it crash.
        string[] more = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [];
        return await driver.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = [.. more, "--disable-dev-shm-usage"] });
    }
}

/// <summary>Ends what the stories share when all of them are told.</summary>
public sealed class BrowserEnd : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Browser.CloseAsync();
        await Story.EndAsync();
    }
}
