using System.Net;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.Api.Tests.V3;

/// <summary>What callers with a smaller role may do with plans.</summary>
public sealed partial class OperationEndpointsTests
{
    private const string User = "X-MS-CLIENT-PRINCIPAL-NAME";

    private static readonly ApiOptions TwoLists = new() { Authentication = AuthenticationMethod.Proxy, PowerUsers = "dana", Operators = "ann, ben" };

    [Theory]
    [InlineData("ann", "recoveries/r7/cancel", 202)]
    [InlineData("ben", "recoveries/r7/cancel", 403)]
    [InlineData("ann", "recoveries/last/cancel", 403)]
    [InlineData("ann", "recoveries/r7/approve", 403)]
    [InlineData("ann", "recoveries/r8/cancel", 404)]
    [InlineData("eve", "recoveries/r7/cancel", 403)]
    [InlineData("dana", "recoveries/last/cancel", 202)]
    [InlineData("dana", "recoveries/r7/approve", 202)]
    public async Task Who_operates_gives_up_their_own_plans_and_no_others(string user, string path, int status)
    {
        await using var endpoints = await Endpoints.StartAsync(driver: driver, access: TwoLists);
        var recovery = new Recovery
        {
            Id = "r7", Cluster = World.Cluster, Kind = PlanKinds.Relocate, Actor = "ann", StartedAt = World.Noon, Subject = World.Primary,
        };
        await endpoints.Memory.BeginAsync(recovery, null, (await endpoints.Memory.TryAcquireAsync(World.Cluster.Value, "p1", TimeSpan.FromHours(1), default))!, default);
        using var answer = await endpoints.SendAsync("POST", path, (User, user));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 202 ? 1 : 0, driver.Signals.Count);
        Assert.Equal(status == 202 ? 1 : 0, endpoints.Memory.Entries.Count);
    }

    [Theory]
    [InlineData("ann", "relocate?instance=db2&below=db3", 202)]
    [InlineData("eve", "relocate?instance=db2&below=db3", 403)]
    [InlineData("ann", "stop-replication?instance=db2", 202)]
    [InlineData("ann", "stop-replication?instance=db2&force=false", 202)]
    [InlineData("ann", "stop-replication?instance=db2&force=true", 403)]
    [InlineData("dana", "stop-replication?instance=db2&force=true", 202)]
    [InlineData("ann", "clusters/shop/takeover", 403)]
    [InlineData("dana", "clusters/shop/takeover", 202)]
    public async Task A_plan_is_asked_for_by_who_has_its_role(string user, string path, int status)
    {
        await using var endpoints = await Endpoints.StartAsync(driver: driver, access: TwoLists);
        using var answer = await endpoints.SendAsync("POST", path, (User, user));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 202 ? user : "", string.Join(", ", driver.Orders.Select(o => o.By)));
        if (answer.StatusCode == HttpStatusCode.Forbidden) Assert.Contains("this needs the role", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
