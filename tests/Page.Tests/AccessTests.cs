namespace OrchestratorFunctions.Page.Tests;

/// <summary>Who is let in, and what the page offers to whom.</summary>
public sealed class AccessTests : Story
{
    private static readonly string[] Guarded = ["Api:Authentication=Multi", "Api:User=ops", "Api:Password=long-enough-to-be-one"];

    [Fact]
    public async Task Who_may_only_read_is_offered_nothing_and_told_why()
    {
        var fleet = await Fleets.TakeAsync(replicas: 2);
        var place = await Place.NewAsync();
        Assert.Equal(0, (await place.RunAsync("discover", fleet.Primary.Key, "--alias", "shop")).Code);
        var child = await ServeAsync(place, Guarded);
        var reader = (await ReadAsync(child, "/web/", As("readonly", "any"))).ForetellAnswers(503);
        await Expect(reader.ClusterCard("shop")).ToBeVisibleAsync();
        await Expect(reader.Page.Locator("header.bar .who")).ToHaveTextAsync("readonly: read");
        await Expect(reader.Page.GetByRole(AriaRole.Button, new() { Name = "Discover …" })).ToHaveAttributeAsync("aria-disabled", "true");
        await reader.OpenClusterAsync("shop");
        await reader.ServerCard(fleet.Replicas[0]).ClickAsync();
        await reader.Panel.GetByRole(AriaRole.Button, new() { Name = "What can be done" }).ClickAsync();
        await Expect(reader.Panel).ToContainTextAsync("You may only look at plans: this needs the role operate");
        await reader.KeepPictureAsync("panel");
        Assert.Empty(await AccessibilityTests.ViolationsAsync(reader));

        await reader.ServerCard(fleet.Replicas[0]).FocusAsync();
        await reader.PressAsync("m");
        await Expect(reader.Dialog).ToContainTextAsync("You may not do this.");
        await Expect(reader.Confirm).ToHaveCountAsync(0);
        await reader.KeepPictureAsync("move");
        await reader.PressAsync("Escape", "Escape");

        // With the password the same page offers what it did not.
        var operating = (await ReadAsync(child, "/web/cluster/shop", As("ops", "long-enough-to-be-one"))).ForetellAnswers(503);
        await Expect(operating.Page.Locator("header.bar .who")).ToHaveTextAsync("ops: power");
        await operating.ServerCard(fleet.Replicas[0]).FocusAsync();
        await operating.PressAsync("m");
        await Expect(operating.Dialog).Not.ToContainTextAsync("You may not do this.");
        await Expect(operating.Confirm).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Without_a_password_nothing_is_answered_and_a_token_opens_the_page()
    {
        var place = await Place.NewAsync();
        var child = await ServeAsync(place, Guarded);
        var stranger = await NewReaderAsync(child);
        var refused = await stranger.Page.Context.APIRequest.GetAsync("/web/");
        Assert.Equal(401, refused.Status);
        Assert.Contains("Basic", refused.Headers["www-authenticate"], StringComparison.Ordinal);

        // A sign-in in front that lets in who asks for the page itself, and not what the page asks for.
        var behind = await ServeAsync(place, "Api:Authentication=Proxy");
        var reader = (await NewReaderAsync(behind)).ForetellAnswers(401, 503);
        await reader.Page.RouteAsync("**/web/**", async route => await route.ContinueAsync(new()
        {
            Headers = [.. route.Request.Headers, new("X-MS-CLIENT-PRINCIPAL-NAME", "ada")],
        }));
        await reader.GoAsync("/web/");
        await Expect(reader.Heading).ToHaveTextAsync("Sign in");
        await reader.KeepPictureAsync("sign-in");
        Assert.Empty(await AccessibilityTests.ViolationsAsync(reader));
        await SignInAsync(reader, "orc_no-such-token");
        await Expect(reader.Main).ToContainTextAsync("The key that you gave is not let in any more.");

        var created = await place.RunAsync("create-token", "ci", "operate", "--json");
        Assert.True(created.Code == 0, created.ToString());
        using var answer = System.Text.Json.JsonDocument.Parse(created.Output);
        await SignInAsync(reader, answer.RootElement.GetProperty("token").GetString()!);
        await Expect(reader.Heading).ToHaveTextAsync("Clusters");
        await Expect(reader.Page.Locator("header.bar .who")).ToHaveTextAsync("token:ci: operate");
        await Expect(reader.Live).ToHaveTextAsync("Live");
        await reader.KeepPictureAsync("signed-in");
    }

    private static async Task SignInAsync(Reader reader, string token)
    {
        await reader.Page.Locator("form.signin input").FillAsync(token);
        await reader.PressAsync("Enter");
    }

    private static BrowserNewContextOptions As(string user, string password) => new() { HttpCredentials = new() { Username = user, Password = password } };
}
