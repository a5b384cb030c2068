using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Page.Tests;

/// <summary>Names and words that try to become a part of the page.</summary>
public sealed class HostileTests : Story
{
    private const string Image = "<img src=x onerror=\"window.__xss=1\">", Script = "<script>window.__xss=1</script>", Link = "javascript:window.__xss=1";

    private static readonly string[] Views = ["/web/", "/web/problems", "/web/cluster/shop", "/web/cluster/shop?show=table", "/web/cluster/shop?server=evil:3306", "/web/recoveries"];

    [Fact]
    public async Task What_servers_and_people_say_is_shown_as_text_and_never_run()
    {
        var reader = await NewReaderAsync(await ServeNothingAsync());
        var cluster = Answers.Cluster("shop", "db1 rw has=A:1-9\nevil ro <db1 has=A:1-9 io=stopped err=1236 downtime=owner1 dc=place1");
        var answers = await Answers.PutAsync(reader, new Topology(cluster.Cluster, cluster.TakenAt, cluster.Members.Select(Spoken), cluster.Alias));
        answers.Instead["evil:"] = $"{Image}:";
        answers.Instead["owner1"] = Script;
        answers.Instead["place1"] = $"{Image}{Link}";
        answers.Instead["error 1236"] = $"{Image}{Script}";
        answers.Instead["tag1"] = Image;
        answers.Instead["value1"] = Link;
        answers.Instead["maintenance"] = $"reason {Image}";
        foreach (var view in Views)
        {
            await reader.GoAsync(view.Replace("evil", Uri.EscapeDataString(Image), StringComparison.Ordinal));
            await Expect(reader.Heading).ToBeVisibleAsync();
            await Expect(reader.Page.Locator(".loading")).ToHaveCountAsync(0);
            await AssertNothingRanAsync(reader);
        }
        await reader.GoAsync("/web/cluster/shop");
        await Expect(reader.Page.Locator(".server strong").Nth(1)).ToHaveTextAsync($"{Image}:3306");
        await reader.KeepPictureAsync("tree");
        await reader.Page.Locator(".server").Nth(1).ClickAsync();
        await Expect(reader.Panel.GetByRole(AriaRole.Heading, new() { Level = 2 })).ToHaveTextAsync($"{Image}:3306");
        await Expect(reader.Panel).ToContainTextAsync(Script);
        await reader.KeepPictureAsync("panel");
        await AssertNothingRanAsync(reader);
    }

    [Fact]
    public async Task An_alias_that_is_markup_is_shown_as_it_is()
    {
        var reader = await NewReaderAsync(await ServeNothingAsync());
        await Answers.PutAsync(reader, Answers.Cluster(Script, "db1 rw has=A:1-9", "c-1"));
        await reader.GoAsync("/web/");
        await Expect(reader.ClusterCards).ToContainTextAsync(Script);
        await reader.OpenClusterAsync(Script);
        await AssertNothingRanAsync(reader);
    }

    [Fact]
    public async Task An_address_that_is_markup_is_shown_as_it_is()
    {
        var reader = (await NewReaderAsync(await ServeNothingAsync())).ForetellAnswers(404);
        await Answers.PutAsync(reader);
        foreach (var path in (string[])["cluster/", "recovery/", "recoveries?cluster=", "there-is-no/"])
        {
            await reader.GoAsync($"/web/{path}{Uri.EscapeDataString(Image)}");
            await Expect(reader.Heading.Or(reader.Main.GetByRole(AriaRole.Alert)).First).ToBeVisibleAsync();
            await AssertNothingRanAsync(reader);
        }
    }

    [Fact]
    public async Task The_browser_is_told_to_run_nothing_that_is_not_a_file_of_the_page()
    {
        var reader = (await NewReaderAsync(await ServeNothingAsync())).ForetellAnswers(503).Foretell("Content Security Policy");
        var answer = (await reader.Page.GotoAsync("/web/"))!;
        var policy = (await answer.AllHeadersAsync())["content-security-policy"];
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);

        await reader.Page.EvaluateAsync("""
            () => {
              const script = document.createElement('script');
              script.textContent = 'window.__xss = 1';
              document.head.append(script);
              document.body.insertAdjacentHTML('beforeend', '<img src="/web/none.png" onerror="window.__xss = 1"><iframe srcdoc="x"></iframe>');
            }
            """);
        await Eventually.HoldsAsync("the browser refuses them", () => reader.Told("inline script") && reader.Told("inline event handler"));
        await AssertNothingRanAsync(reader);
    }

    private static Member Spoken(Member member) => member with { Tags = member.Tags.Add("tag1", "value1") };

    private static async Task AssertNothingRanAsync(Reader reader)
    {
        Assert.True(await reader.Page.EvaluateAsync<bool>("window.__xss === undefined"), $"a script ran at {reader.Page.Url}");
        await Expect(reader.Main.Locator("img, script, iframe, a[href^='javascript:']")).ToHaveCountAsync(0);
    }
}
