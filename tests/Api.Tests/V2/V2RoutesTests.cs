using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.V2;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.Api.Tests.V2;

public sealed partial class V2RoutesTests
{
    private static readonly ApiOptions Password = new() { Authentication = AuthenticationMethod.Multi, User = "dana", Password = "secret" };

    /// <summary>Every route of the fork's second surface, from its documents.</summary>
    private static readonly string[] OfFork =
    [
        "clusters", "clusters/{name}", "clusters/{name}/instances", "clusters/{name}/topology", "instances/{host}/{port}", "instances/{host}/{port}/channels",
        "recoveries", "recoveries/active", "status", "proxysql/servers",
    ];

    [Fact]
    public void Every_route_of_the_fork_has_a_row() =>
        Assert.Equal(OfFork.Order(StringComparer.Ordinal), V2Routes.All.Select(r => r.Path).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_route_stands_in_the_documents()
    {
        var documented = File.ReadAllText(Path.Combine(Play.Root(), "docs", "api.md"));
        string[] missing = [.. V2Routes.All.Select(r => r.Path).Concat(["/health/live", "/health/ready", "/health/leader"])
            .Where(path => !documented.Contains($"`{path}`", StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    [Fact]
    public async Task Whatever_stands_in_a_path_or_a_query_is_answered_in_the_envelope()
    {
        string[] odd =
        [
            "'; DROP TABLE x; --", "<script>alert(1)</script>", "../../etc/passwd", "%00", "(a+)+$", "-1", "99999999999999999999", "NaN", "💥\u202e",
            new string('x', 1000), "{\"a\":[[[[]]]]}", " ", "*",
        ];
        await using var endpoints = await Endpoints.StartAsync();
        foreach (var route in V2Routes.All)
            foreach (var text in odd)
            {
                var query = string.Join('&', route.Arguments.Append("other").Select(a => $"{a}={Uri.EscapeDataString(text)}"));
                foreach (var asked in (string[])[PathOf(route, text), $"{PathOf(route, text)}?{query}"])
                {
                    using var answer = await endpoints.SendAsync("GET", asked);
                    await AssertEnvelopeAsync(answer, asked);
                }
            }
        Assert.Empty(endpoints.Memory.Entries);
        Assert.Empty(endpoints.World.Ran);
    }

    [Fact]
    public async Task All_but_its_health_is_behind_the_sign_in()
    {
        await using var endpoints = await Endpoints.StartAsync(access: Password);
        foreach (var route in V2Routes.All)
        {
            using var nobody = await endpoints.SendAsync("GET", PathOf(route, "1"));
            Assert.True((nobody.StatusCode == HttpStatusCode.Unauthorized) == (route.Needs != Role.None), route.Path);
            await AssertEnvelopeAsync(nobody, route.Path);
            using var reader = await endpoints.SendAsync("GET", PathOf(route, "1"), Headers.Basic("readonly:"));
            Assert.True(reader.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden), route.Path);
        }
        using var unknown = await endpoints.SendAsync("GET", "/api/v2/nothing");
        Assert.Equal((HttpStatusCode.Unauthorized, "UNAUTHORIZED"), (unknown.StatusCode, await AssertEnvelopeAsync(unknown, "nothing")));
    }

    [Fact]
    public async Task Who_may_not_read_hears_that_all_is_not_well_and_nothing_more()
    {
        await using var endpoints = await Endpoints.StartAsync(access: Password);
        using var nobody = await endpoints.SendAsync("GET", "/api/v2/status");
        Assert.DoesNotContain("watch", await nobody.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var reader = await endpoints.SendAsync("GET", "/api/v2/status", Headers.Basic("readonly:"));
        Assert.Contains("no watcher gave a sign of life", await reader.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HEAD_asks_and_nothing_else_is_answered()
    {
        await using var endpoints = await Endpoints.StartAsync();
        foreach (var path in V2Routes.All.Select(r => PathOf(r, "1")).Concat(["/health/live", "/health/ready", "/health/leader"]))
        {
            using var get = await endpoints.SendAsync("GET", path);
            using var head = await endpoints.SendAsync("HEAD", path);
            using var post = await endpoints.SendAsync("POST", path);
            Assert.Equal((get.StatusCode, HttpStatusCode.MethodNotAllowed), (head.StatusCode, post.StatusCode));
        }
    }

    [Fact]
    public async Task Another_name_than_ours_is_refused_in_the_envelope()
    {
        await using var endpoints = await Endpoints.StartAsync(access: new ApiOptions { Hosts = "localhost" });
        using var answer = await endpoints.SendAsync("GET", "/api/v2/clusters");
        Assert.Equal((HttpStatusCode.MisdirectedRequest, "MISDIRECTED_REQUEST"), (answer.StatusCode, await AssertEnvelopeAsync(answer, "clusters")));
    }

    [Fact]
    public async Task Storage_that_is_away_is_the_error_of_each_route_and_stands_in_the_log()
    {
        await using var endpoints = await Endpoints.StartAsync(settings: Broken.Of<ISettingsStore>());
        using var answer = await endpoints.SendAsync("GET", "/api/v2/clusters");
        Assert.Equal((HttpStatusCode.InternalServerError, "CLUSTER_LIST_ERROR"), (answer.StatusCode, await AssertEnvelopeAsync(answer, "clusters")));
        Assert.Contains(endpoints.Log.Lines, l => l.Says.StartsWith("Could not answer v2/clusters", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_fleet_is_watched_status_tells_what_health_tells()
    {
        await using var endpoints = await Endpoints.StartAsync();
        await endpoints.Memory.BeatAsync("watch/0", "host1:42", World.Noon, default);
        var told = (await endpoints.GetAsync("/api/v2/status")).GetProperty("data");
        Assert.Equal((true, "host1", "host1:42"),
            (told.GetProperty("Healthy").GetBoolean(), told.GetProperty("Hostname").GetString(), told.GetProperty("Token").GetString()));
    }

    private static string PathOf(V2Route route, string text) => $"/api/v2/{Parameter().Replace(route.Path, Uri.EscapeDataString(text))}";

    // The code of an error; empty of an answer.
    private static async Task<string> AssertEnvelopeAsync(HttpResponseMessage answer, string path)
    {
        var text = await answer.Content.ReadAsStringAsync();
        // What no server of HTTP takes in does not come so far.
        if (answer.StatusCode == HttpStatusCode.BadRequest && text.Length == 0) return "";
        using var document = JsonDocument.Parse(text);
        var isOk = answer.StatusCode == HttpStatusCode.OK;
        Assert.True(document.RootElement.GetProperty("status").GetString() == (isOk ? "ok" : "error"), $"{path}: {answer.StatusCode} {text}");
        if (isOk) return document.RootElement.TryGetProperty("data", out _) ? "" : throw new Xunit.Sdk.XunitException($"{path}: no data");
        var error = document.RootElement.GetProperty("error");
        Assert.False(string.IsNullOrEmpty(error.GetProperty("message").GetString()), path);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        return error.GetProperty("code").GetString()!;
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
