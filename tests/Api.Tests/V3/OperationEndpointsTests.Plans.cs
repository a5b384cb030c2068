using System.Net;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.Api.Tests.V3;

/// <summary>Plans that are read before they run, and what running ones are told.</summary>
public sealed partial class OperationEndpointsTests
{
    private static readonly ApiOptions Password = new() { Authentication = AuthenticationMethod.Multi, User = "dana", Password = "secret" };

    [Theory]
    [InlineData("clusters/shop/takeover/plan?to=db3", "Takeover", "db3:3306")]
    [InlineData("clusters/shop/failover/plan?to=db3&acceptLoss=true", "DeadPrimary", "db3:3306")]
    [InlineData("relocate/plan?instance=db3&below=db2", "Relocate", "db2:3306")]
    [InlineData("repoint/plan?instance=db3", "Repoint", null)]
    public async Task A_plan_is_rehearsed_for_who_may_only_read_and_changes_nothing(string path, string kind, string? target)
    {
        await using var endpoints = await Endpoints.StartAsync(access: Password);
        using var answer = await endpoints.SendAsync("GET", path, Headers.Basic("readonly:"));
        using var document = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.True(answer.IsSuccessStatusCode, document.RootElement.ToString());
        var plan = document.RootElement.GetProperty("plan");
        Assert.Equal(kind, plan.GetProperty("kind").GetString());
        Assert.Equal(target, plan.TryGetProperty("target", out var named) ? named.GetString() : null);
        Assert.NotEmpty(plan.GetProperty("stages").EnumerateArray());
        Assert.NotEmpty(document.RootElement.GetProperty("statements").EnumerateArray());
        Assert.Empty(endpoints.World.Ran);
        Assert.Empty(endpoints.Memory.Entries);
        Assert.Empty(await endpoints.Memory.ReadRecentAsync(null, 10, default));
    }

    [Theory]
    [InlineData("clusters/shop/takeover/plan?to=db9:3306", HttpStatusCode.BadRequest, "to: server 'db9:3306'")]
    [InlineData("clusters/nobody/takeover/plan", HttpStatusCode.NotFound, "cluster 'nobody'")]
    [InlineData("clusters/shop/takeover/plan?because=x", HttpStatusCode.BadRequest, "argument 'because': expected to")]
    public async Task A_plan_that_cannot_be_read_says_why(string path, HttpStatusCode expected, string problem)
    {
        await using var endpoints = await Endpoints.StartAsync();
        var answer = await endpoints.GetAsync(path, expected);
        Assert.StartsWith(problem, answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_would_be_given_up_says_why_and_what_would_allow_it()
    {
        await using var endpoints = await Endpoints.StartAsync();
        endpoints.World.Put(t => t.With([Member.SeenAs(t[Db2]!.Current! with { Links = [], ReadOnly = false, SuperReadOnly = false }, World.Noon)], World.Noon));
        var stage = (await endpoints.GetAsync("clusters/c-test/takeover/plan")).GetProperty("plan").GetProperty("stages")[0].GetProperty("stage");
        Assert.Equal("Given up: db2:3306 accepts writes too. To allow it: read_only=ON on db2:3306", stage.GetProperty("because").GetString());
        Assert.Empty(stage.GetProperty("steps").EnumerateArray());
    }

    [Fact]
    public async Task A_running_recovery_is_told_by_any_of_its_names_and_who_told_it_stands_in_the_audit_log()
    {
        await using var endpoints = await Endpoints.StartAsync(driver: driver);
        var recovery = new Recovery
        {
            Id = "r7", Cluster = World.Cluster, Kind = PlanKinds.DeadPrimary, Actor = "watcher", StartedAt = World.Noon, Subject = World.Primary,
        };
        await endpoints.Memory.BeginAsync(recovery, null, (await endpoints.Memory.TryAcquireAsync(World.Cluster.Value, "p1", TimeSpan.FromHours(1), default))!, default);
        var (status, answer) = await PostAsync(endpoints, "recoveries/last/approve?candidate=DB3&because=looked");
        Assert.Equal((HttpStatusCode.Accepted, "/api/v3/recoveries/r7"), (status, answer.GetProperty("see").GetString()));
        var signal = Assert.Single(driver.Signals);
        Assert.Equal((SignalKind.Approve, "http", "looked", Db3), (signal.Kind, signal.By, signal.Because, signal.Candidate));
        Assert.Equal(("http", "approve recovery", "r7: looked"), Audited(endpoints));

        (status, answer) = await PostAsync(endpoints, "recoveries/r7/approve?candidate=db9:3306");
        Assert.Equal((HttpStatusCode.BadRequest, true), (status, answer.GetProperty("detail").GetString()!.StartsWith("candidate: server 'db9:3306'", StringComparison.Ordinal)));
        (status, _) = await PostAsync(endpoints, "recoveries/r8/cancel");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Single(driver.Signals);
    }

    [Fact]
    public async Task A_recovery_is_acknowledged_once()
    {
        await using var endpoints = await Endpoints.StartAsync();
        var recovery = new Recovery
        {
            Id = "r7", Cluster = World.Cluster, Kind = PlanKinds.Takeover, Actor = "dana", StartedAt = World.Noon, Subject = World.Primary,
        };
        await endpoints.Memory.BeginAsync(recovery, null, (await endpoints.Memory.TryAcquireAsync(World.Cluster.Value, "p1", TimeSpan.FromHours(1), default))!, default);
        var (status, answer) = await PostAsync(endpoints, "recoveries/last/acknowledge?because=seen");
        Assert.Equal((HttpStatusCode.OK, "recovery r7 is acknowledged"), (status, answer.GetProperty("says").GetString()));
        (status, answer) = await PostAsync(endpoints, "recoveries/r7/acknowledge");
        Assert.Equal((HttpStatusCode.Conflict, "recovery r7 is acknowledged already, by http"), (status, answer.GetProperty("detail").GetString()));
    }
}
