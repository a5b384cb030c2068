using System.Net;
using System.Text.Json;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.Api.Tests.V3;

public sealed partial class OperationEndpointsTests
{
    [Fact]
    public async Task What_is_found_is_stored_told_and_written_into_the_audit_log()
    {
        await using var endpoints = await EmptyAsync();
        var (status, answer) = await PostAsync(endpoints, "discover?instance=db2:3306&instance=db3:3306&alias=shop");
        Assert.Equal(HttpStatusCode.OK, status);
        var stored = Assert.Single(await endpoints.Memory.ReadAllAsync(default));
        var found = Assert.Single(answer.GetProperty("clusters").EnumerateArray());
        Assert.Equal(
            (stored.Id.Value, "shop", "db1:3306"),
            (found.GetProperty("cluster").GetString(), found.GetProperty("alias").GetString(), found.GetProperty("primary").GetString()));
        Assert.Equal(stored.Members.Select(m => m.Key.ToString()), found.GetProperty("members").EnumerateArray().Select(m => m.GetString()));
        Assert.Equal((0, 0), (answer.GetProperty("refusals").GetArrayLength(), answer.GetProperty("warnings").GetArrayLength()));
        Assert.False(answer.TryGetProperty("detail", out _));
        Assert.Equal(("http", "discover", "db2:3306, db3:3306, alias shop"), Audited(endpoints));
    }

    [Fact]
    public async Task One_that_is_refused_does_not_hide_another_one_that_is_found()
    {
        await using var endpoints = await EmptyAsync();
        var (status, answer) = await PostAsync(endpoints, "discover?instance=db9:3306&instance=db3:3306");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(1, answer.GetProperty("clusters").GetArrayLength());
        Assert.StartsWith("db9:3306: the name does not resolve", answer.GetProperty("refusals")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_nothing_is_found_it_is_a_conflict_with_the_reasons()
    {
        await using var endpoints = await EmptyAsync();
        endpoints.World.Fail(World.Primary, ProbeFailureKind.AuthenticationDenied, "access denied");
        var (status, answer) = await PostAsync(endpoints, "discover?instance=db1:3306");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.StartsWith("db1:3306: access denied; check MySql:User", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(await endpoints.Memory.ReadAllAsync(default));
    }

    [Theory]
    [InlineData("discover", "instance: expected host:port of any server of a cluster")]
    [InlineData("discover?instance=", "instance: server '': expected host:port")]
    [InlineData("discover?instance=db1:3306&instance=db2:what", "instance: server 'db2:what': port 'what' must be a number")]
    [InlineData("discover?instance=db1:3306&alias=a%2Fb", "alias 'a/b': expected up to 60 characters without slashes")]
    [InlineData("discover?instance=db1:3306&alias=a%0Ab", "alias 'a?b': expected up to 60 characters")]
    public async Task What_cannot_be_read_is_named_with_what_would_be_right(string path, string problem)
    {
        await using var endpoints = await EmptyAsync();
        var (status, answer) = await PostAsync(endpoints, path);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(problem, answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(endpoints.Memory.Entries);
        Assert.Empty(endpoints.World.Looks);
    }

    [Fact]
    public async Task Pages_of_other_sites_discover_nothing()
    {
        await using var endpoints = await EmptyAsync();
        using var answer = await endpoints.SendAsync("POST", "discover?instance=db1:3306", ("Origin", "https://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(await endpoints.Memory.ReadAllAsync(default));
    }

    [Fact]
    public async Task Who_is_signed_in_stands_in_the_audit_log()
    {
        await using var endpoints = await EmptyAsync(new() { Authentication = AuthenticationMethod.Proxy });
        using var answer = await endpoints.SendAsync("POST", "discover?instance=db1:3306", ("X-MS-CLIENT-PRINCIPAL-NAME", "dana"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(("dana", "discover", "db1:3306"), Audited(endpoints));
    }

    [Fact]
    public async Task While_another_process_discovers_it_is_refused_after_some_seconds_and_probes_nothing()
    {
        await using var endpoints = await EmptyAsync();
        Assert.NotNull(await endpoints.Memory.TryAcquireAsync(DiscoverInstances.LeaseName, "another", TimeSpan.FromDays(36_500), default));
        var asking = PostAsync(endpoints, "discover?instance=db1:3306");
        while (await endpoints.Time.IsSetAsync(OperatorDiscovery.AskAgain, asking)) endpoints.Time.Advance(OperatorDiscovery.AskAgain);
        var (status, answer) = await asking;
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.StartsWith("another process discovers", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(endpoints.World.Looks);
    }

    [Fact]
    public async Task A_discovery_that_takes_too_long_is_stopped_and_says_so()
    {
        var silent = new Silent();
        await using var endpoints = await Endpoints.StartAsync(topologies: _ => silent.Of<ITopologyStore>());
        var asking = PostAsync(endpoints, "discover?instance=db1:3306");
        await silent.Asked;
        endpoints.Time.Advance(TimeSpan.FromSeconds(60));
        var (status, answer) = await asking;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith("discover was stopped after 60 s", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static async Task<Endpoints> EmptyAsync(ApiOptions? access = null)
    {
        var endpoints = await Endpoints.StartAsync(access: access);
        await endpoints.Memory.ForgetAllAsync();
        return endpoints;
    }

    private static (string Actor, string Act, string Says) Audited(Endpoints endpoints)
    {
        var entry = Assert.Single(endpoints.Memory.Entries);
        return (entry.Actor, entry.Act, entry.Says);
    }
}
