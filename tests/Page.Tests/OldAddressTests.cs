namespace OrchestratorFunctions.Page.Tests;

/// <summary>Links to orchestrator's own page, as chat messages, hooks and dashboards hold them.</summary>
public sealed class OldAddressTests : Story
{
    private static readonly (string Address, string Title, string Tab)[] Known =
    [
        ("", "Clusters", "Clusters"), ("/", "Clusters", "Clusters"), ("/clusters", "Clusters", "Clusters"), ("/home", "Clusters", "Clusters"),
        ("/discover", "Clusters", "Clusters"), ("/search?s=db1", "Clusters", "Clusters"), ("/search/db1", "Clusters", "Clusters"),
        ("/clusters-analysis", "Problems", "Problems"), ("/audit-failure-detection", "Problems", "Problems"),
        ("/cluster/alias/shop", "shop", "Clusters"), ("/cluster/db1:3306", "db1:3306", "Clusters"), ("/cluster/instance/db2/3306", "db2:3306", "Clusters"),
        ("/cluster-pools/shop", "shop", "Clusters"), ("/audit-recovery", "Recoveries", "Recoveries"), ("/audit-recovery/0", "Recoveries", "Recoveries"),
        ("/audit-recovery/cluster/shop", "Recoveries", "Recoveries"), ("/audit-recovery/alias/shop", "Recoveries", "Recoveries"),
        ("/audit-recovery/uid/r-1", "Recovery r-1", "Recoveries"), ("/audit-recovery/id/r-1", "Recovery r-1", "Recoveries"),
        ("/audit-recovery-steps/r-1", "Recovery r-1", "Recoveries"), ("/audit", "Recoveries", "Recoveries"), ("/audit/instance/db1/3306", "Recoveries", "Recoveries"),
    ];

    [Fact]
    public async Task Old_addresses_lead_to_the_view_that_shows_the_same()
    {
        // The recovery is not known here: its view says so.
        var reader = (await NewReaderAsync(await ServeNothingAsync())).ForetellAnswers(404);
        await Answers.PutAsync(reader, Answers.Cluster("shop", "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9"));
        await reader.GoAsync("/web/");
        foreach (var (address, title, tab) in Known)
        {
            await reader.TurnToAsync($"/web{address}");
            await Expect(reader.Page).ToHaveTitleAsync($"{title} · orchestrator");
            await Expect(reader.Page.Locator("header.bar nav [aria-current=page]")).ToContainTextAsync(tab);
            await Expect(reader.Heading.Or(reader.Main.GetByRole(AriaRole.Alert)).First).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task What_an_old_address_names_is_what_is_shown()
    {
        var reader = (await NewReaderAsync(await ServeNothingAsync())).ForetellAnswers(404);
        await Answers.PutAsync(reader, Answers.Cluster("shop", "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9"), Answers.Cluster("books", "db9 rw has=A:1-9"));
        await reader.GoAsync("/web/cluster/instance/db2/3306");
        await Expect(reader.Heading).ToHaveTextAsync("shop");
        await Expect(reader.ServerCard("db2:3306")).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(reader.Panel).ToContainTextAsync("db2:3306");
        await reader.GoAsync("/web/search?s=books");
        await Expect(reader.Filter).ToHaveValueAsync("books");
        await Expect(reader.ClusterCards).ToHaveCountAsync(1);
        await reader.GoAsync("/web/audit-recovery-steps/r-1");
        await Expect(reader.Heading).ToHaveTextAsync("Recovery r-1");
        await reader.GoAsync("/");
        await Expect(reader.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/web/$"));
        await reader.GoAsync("/web/there/is/none");
        await Expect(reader.Heading).ToHaveTextAsync("Nothing is shown at /web/there/is/none");
    }
}
