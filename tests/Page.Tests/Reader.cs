using System.Collections.Concurrent;
using System.Globalization;

namespace OrchestratorFunctions.Page.Tests;

/// <summary>Somebody who reads the page: what they see, by the names of things on it, and what they do.</summary>
internal sealed class Reader
{
    private readonly string pictures;
    private readonly ConcurrentQueue<string> console = new();
    private readonly ConcurrentQueue<string> complaints = new();
    private readonly List<string> foretold = [];
    private int count;

    /// <param name="pictures">What the names of its pictures begin with.</param>
    public Reader(IPage page, string pictures)
    {
        (Page, this.pictures) = (page, pictures);
        page.PageError += (_, error) => complaints.Enqueue($"uncaught: {error}");
        page.Console += (_, said) =>
        {
            console.Enqueue($"{said.Type}: {said.Text} ({said.Location})");
            if (said.Type == "error") complaints.Enqueue($"{said.Text} ({said.Location})");
        };
    }

    public IPage Page { get; }

    /// <summary>Errors of the page that nobody foretold.</summary>
    public IEnumerable<string> Complaints => complaints.Where(c => !foretold.Any(f => c.Contains(f, StringComparison.Ordinal)));

    public ILocator Heading => Page.GetByRole(AriaRole.Heading, new() { Level = 1 });
    public ILocator Main => Page.Locator("main");
    public ILocator Banner => Page.Locator(".banner.stale");
    public ILocator Live => Page.Locator("header.bar .live");
    public ILocator Tree => Page.GetByRole(AriaRole.Tree);
    public ILocator Cards => Page.Locator("[role=treeitem][data-key]");
    public ILocator Rows => Page.Locator(".servers tbody tr");
    public ILocator Panel => Page.Locator("aside.server-panel");
    public ILocator Dialog => Page.Locator("dialog[open]");
    public ILocator Running => Page.Locator(".note.running");
    public ILocator Filter => Page.GetByRole(AriaRole.Searchbox);
    public ILocator ClusterCards => Page.Locator("li.card.cluster");
    public ILocator Focused => Page.Locator("*:focus");

    /// <summary>How what was confirmed has ended.</summary>
    public ILocator Outcome => Dialog.Locator(".followed .note.done");

    /// <summary>The servers that may be chosen in the dialog.</summary>
    public ILocator Options => Dialog.GetByRole(AriaRole.Option);

    /// <summary>The button of the dialog that does what it says; there is none where it may not be done.</summary>
    public ILocator Confirm => Dialog.Locator("footer button.primary, footer button.danger");

    public ILocator ServerCard(string key) => Page.Locator($"[role=treeitem][data-key=\"{key}\"]");

    public ILocator ServerCard(FleetServer server) => ServerCard(server.Key);

    public ILocator ServerRow(string key) => Rows.Filter(new() { Has = Page.GetByRole(AriaRole.Link, new() { Name = key, Exact = true }) });

    public ILocator ClusterCard(string name) => ClusterCards.Filter(new() { Has = Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }) });

    /// <summary>Errors with these words in them are no defect of the page: what it asks for is meant to fail.</summary>
    public Reader Foretell(params string[] words)
    {
        foretold.AddRange(words);
        return this;
    }

    /// <summary>The browser tells the console of each answer with an error, and so it is foretold.</summary>
    public Reader ForetellAnswers(params int[] statuses) => Foretell([.. statuses.Select(s => $"responded with a status of {s}")]);

    /// <summary>Whether the page told its console something with these words in it.</summary>
    public bool Told(string words) => console.Any(c => c.Contains(words, StringComparison.Ordinal));

    public async Task GoAsync(string path) => await Page.GotoAsync(path);

    /// <summary>As by the browser's own way back: the page is not loaded for it.</summary>
    public async Task TurnToAsync(string path) => await Page.EvaluateAsync("path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }", path);

    public async Task OpenClusterAsync(string name)
    {
        await ClusterCard(name).GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
        await Expect(Heading).ToHaveTextAsync(name);
    }

    public async Task PressAsync(params string[] keys)
    {
        foreach (var key in keys) await Page.Keyboard.PressAsync(key);
    }

    /// <summary>Presses Tab until something has the focus.</summary>
    public async Task TabToAsync(ILocator what)
    {
        const int most = 60;
        for (var i = 0; i < most; i++)
        {
            await Page.Keyboard.PressAsync("Tab");
            if (await what.EvaluateAsync<bool>("one => one === document.activeElement")) return;
        }
        Assert.Fail($"{what} is not reached by Tab");
    }

    /// <summary>Presses the mouse on a card, moves it over another one in small steps, and keeps it down.</summary>
    public async Task DragAsync(FleetServer server, FleetServer over)
    {
        var (from, to) = (await MiddleOf(server), await MiddleOf(over));
        await Page.Mouse.MoveAsync(from.X, from.Y);
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(to.X, to.Y, new() { Steps = 12 });
    }

    public async Task DropAsync() => await Page.Mouse.UpAsync();

    /// <summary>What a server's card says that stands in the tree below another one: its level, and its source's place.</summary>
    public async Task SeesBelowAsync(FleetServer server, FleetServer source)
    {
        var level = int.Parse(await ServerCard(source).GetAttributeAsync("aria-level") ?? "0", CultureInfo.InvariantCulture);
        await Expect(ServerCard(server)).ToHaveAttributeAsync("aria-level", $"{level + 1}");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Table", Exact = true }).ClickAsync();
        await Expect(ServerRow(server.Key).Locator("td").Nth(2)).ToHaveTextAsync(source.Key);
        await Page.GetByRole(AriaRole.Link, new() { Name = "Tree", Exact = true }).ClickAsync();
        await Expect(ServerCard(server)).ToBeVisibleAsync();
    }

    /// <summary>From now on it is told whether this document is still the one that is read.</summary>
    public async Task MarkAsync() => await Page.EvaluateAsync("window.wasMarked = true");

    /// <summary>Whether it is still the document that was marked.</summary>
    public async Task<bool> WasNotLoadedAgainAsync() => await Page.EvaluateAsync<bool>("window.wasMarked === true");

    public async Task KeepPictureAsync(string name) => await Page.ScreenshotAsync(new() { Path = $"{pictures}{++count:00}-{name}.png" });

    /// <summary>After a failure: how the page looks, what it holds, and what it told the console.</summary>
    public async Task KeepAllAsync()
    {
        await KeepPictureAsync("failed");
        await File.WriteAllTextAsync($"{pictures}failed.html", await Page.ContentAsync());
        await File.WriteAllLinesAsync($"{pictures}console.txt", [.. console, .. complaints]);
    }

    public async Task CloseAsync() => await Page.Context.CloseAsync();

    private async Task<(float X, float Y)> MiddleOf(FleetServer server)
    {
        await Expect(ServerCard(server)).ToBeInViewportAsync();
        var box = (await ServerCard(server).BoundingBoxAsync())!;
        return (box.X + box.Width / 2, box.Y + box.Height / 2);
    }
}
