using System.Net;
using System.Text.Json;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Running;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.Api.Tests.V3;

public sealed class ReadEndpointsTests
{
    [Fact]
    public async Task Clusters_are_listed_with_their_primary_and_what_is_wrong()
    {
        await using var endpoints = await Endpoints.StartAsync();
        var cluster = Assert.Single((await endpoints.GetAsync("clusters")).GetProperty("items").EnumerateArray());
        Assert.Equal("c-test", cluster.GetProperty("cluster").GetString());
        Assert.Equal("shop", cluster.GetProperty("alias").GetString());
        Assert.Equal("db1:3306", cluster.GetProperty("primary").GetString());
        Assert.Equal(4, cluster.GetProperty("instances").GetInt32());
        Assert.Equal(4, cluster.GetProperty("seen").GetInt32());
        Assert.Empty(cluster.GetProperty("problems").EnumerateArray());
    }

    [Theory]
    [InlineData("c-test")]
    [InlineData("shop")]
    [InlineData("db2:3306")]
    public async Task A_topology_is_found_by_id_alias_or_member(string name)
    {
        await using var endpoints = await Endpoints.StartAsync();
        var members = (await endpoints.GetAsync($"clusters/{name}/topology")).GetProperty("members").EnumerateArray().ToArray();
        Assert.Equal(["db1:3306", "db2:3306", "db3:3306", "db4:3306"], members.Select(m => m.GetProperty("key").GetString()));
        Assert.Equal([0, 1, 1, 1], members.Select(m => m.GetProperty("depth").GetInt32()));
    }

    [Fact]
    public async Task A_topology_is_drawn_as_text()
    {
        await using var endpoints = await Endpoints.StartAsync();
        var (status, text) = await endpoints.GetTextAsync("clusters/shop/topology.txt");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("db1:3306", text, StringComparison.Ordinal);
        Assert.Equal(4, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("analysis")]
    [InlineData("clusters/shop/analysis")]
    public async Task An_analysis_names_the_problem_and_why(string path)
    {
        await using var endpoints = await Endpoints.StartAsync();
        Assert.Empty((await endpoints.GetAsync(path)).GetProperty("items").EnumerateArray());

        var primary = (await endpoints.Memory.ReadAllAsync(default))[0].Members.Single(m => m.Key == World.Primary);
        await endpoints.Memory.SaveSightingsAsync(World.Cluster, [primary with { LastSeen = primary.LastSeen! with { ReadOnly = true } }], default);
        // What another process stores of servers shows so much later.
        endpoints.Time.Advance(StoredFleet.SeenWithin + TimeSpan.FromTicks(1));
        var problem = Assert.Single((await endpoints.GetAsync(path)).GetProperty("items").EnumerateArray());
        Assert.Equal(nameof(AnalysisCode.NoWritablePrimary), problem.GetProperty("code").GetString(), ignoreCase: true);
    }

    [Theory]
    [InlineData("clusters/nowhere/topology")]
    [InlineData("clusters/nowhere/topology.txt")]
    [InlineData("clusters/nowhere/analysis")]
    [InlineData("clusters/nowhere/recoveries")]
    [InlineData("recoveries/nowhere")]
    [InlineData("recoveries/nowhere.txt")]
    public async Task What_is_not_there_is_not_found_and_named_in_a_sentence(string path)
    {
        await using var endpoints = await Endpoints.StartAsync();
        Assert.Contains("'nowhere'", Problem(await endpoints.GetAsync(path, HttpStatusCode.NotFound)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("recoveries?limit=0")]
    [InlineData("recoveries?limit=501")]
    [InlineData("recoveries?limit=-1")]
    [InlineData("clusters/shop/recoveries?limit=0")]
    [InlineData("recoveries?limit=many")]
    public async Task A_limit_out_of_bounds_is_a_bad_request_that_says_what_is_right(string path)
    {
        await using var endpoints = await Endpoints.StartAsync();
        Assert.Contains("1 to 500", Problem(await endpoints.GetAsync(path, HttpStatusCode.BadRequest)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recoveries_are_listed_newest_first_and_told_one_by_one()
    {
        await using var endpoints = await Endpoints.StartAsync();
        await HoldAsync(endpoints, "20260101T120000000-a");
        await HoldAsync(endpoints, "20260101T120001000-b");

        foreach (var path in (string[])["recoveries", "clusters/shop/recoveries"])
            Assert.Equal(["20260101T120001000-b", "20260101T120000000-a"], (await endpoints.GetAsync(path)).GetProperty("items").EnumerateArray().Select(r => r.GetProperty("id").GetString()));
        Assert.Single((await endpoints.GetAsync("recoveries?limit=1")).GetProperty("items").EnumerateArray());
        // One by one they are told with all that the list tells of them.
        var told = await endpoints.GetAsync("recoveries/20260101T120000000-a");
        Assert.Equal("20260101T120000000-a", told.GetProperty("recovery").GetProperty("id").GetString());
        foreach (var one in (await endpoints.GetAsync("recoveries")).GetProperty("items").EnumerateArray().Last().EnumerateObject())
            Assert.Equal(one.Value.GetRawText(), told.GetProperty(one.Name).GetRawText());
        Assert.Equal(("held", "Not started: somebody said 20260101T120000000-a. To allow it: that"), (told.GetProperty("outcome").GetProperty("result").GetString(), told.GetProperty("says").GetString()));
        var (status, text) = await endpoints.GetTextAsync("recoveries/20260101T120000000-a.txt");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("somebody said 20260101T120000000-a", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_cut_into_pages_that_name_the_next_one()
    {
        await using var endpoints = await Endpoints.StartAsync();
        string[] ids = ["20260101T120000000-a", "20260101T120000000-b", "20260101T120001000-c"];
        foreach (var id in ids) await HoldAsync(endpoints, id);
        foreach (var path in (string[])["recoveries", "clusters/shop/recoveries"])
        {
            List<string> read = [];
            for (var next = $"{path}?limit=2"; next is not null;)
            {
                var page = await endpoints.GetAsync(next);
                read.AddRange(page.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("id").GetString()!));
                next = page.TryGetProperty("next", out var more) ? more.GetString()!["/api/v3/".Length..] : null;
                Assert.True(read.Count < 10, "the pages do not end");
            }
            Assert.Equal(ids.Reverse(), read);
        }
        Assert.Contains("'yesterday'", Problem(await endpoints.GetAsync("recoveries?after=yesterday", HttpStatusCode.BadRequest)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clusters_and_their_problems_are_paged_by_cluster()
    {
        await using var endpoints = await Endpoints.StartAsync();
        foreach (var id in (string[])["c-a", "c-z"]) endpoints.Memory.Store(new Topology(new ClusterId(id), World.Noon, []));
        var first = await endpoints.GetAsync("clusters?limit=2");
        Assert.Equal(["c-a", "c-test"], first.GetProperty("items").EnumerateArray().Select(c => c.GetProperty("cluster").GetString()));
        var second = await endpoints.GetAsync(first.GetProperty("next").GetString()!["/api/v3/".Length..]);
        Assert.Equal("c-z", Assert.Single(second.GetProperty("items").EnumerateArray()).GetProperty("cluster").GetString());
        Assert.False(second.TryGetProperty("next", out _));
        Assert.Equal("/api/v3/analysis?limit=1&after=c-a", (await endpoints.GetAsync("analysis?limit=1")).GetProperty("next").GetString());
    }

    [Fact]
    public async Task What_is_not_done_is_told_as_problem_details()
    {
        await using var endpoints = await Endpoints.StartAsync();
        using var answer = await endpoints.SendAsync("GET", "clusters/shpo/topology");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var (type, title, status) = (problem.RootElement.GetProperty("type"), problem.RootElement.GetProperty("title"), problem.RootElement.GetProperty("status"));
        Assert.Equal(("about:blank", "Not Found", 404), (type.GetString(), title.GetString(), status.GetInt32()));
        Assert.StartsWith("cluster 'shpo'", Problem(problem.RootElement), StringComparison.Ordinal);
    }

    private static string Problem(JsonElement answer) => answer.GetProperty("detail").GetString()!;

    // Each for a reason of its own: what says the same takes the place of the one before.
    private static Task HoldAsync(Endpoints endpoints, string id)
    {
        var stage = PlanStage.End("held", new RecoveryOutcome.Held(new($"somebody said {id}", "that")));
        var recovery = new Recovery { Id = id, Cluster = World.Cluster, Kind = PlanKinds.DeadPrimary, Actor = "test", StartedAt = World.Noon, Subject = World.Primary };
        return endpoints.Memory.RecordHeldAsync(recovery.With(new StageRecord(stage, 0, World.Noon, [])), default);
    }
}
