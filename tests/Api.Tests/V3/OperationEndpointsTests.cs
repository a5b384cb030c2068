using System.Net;
using System.Text.Json;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.Api.Tests.V3;

public sealed partial class OperationEndpointsTests
{
    private static readonly InstanceKey Db2 = new("db2", 3306), Db3 = new("db3", 3306);

    private readonly Driver driver = new();

    [Fact]
    public async Task What_is_asked_for_is_handed_on_with_all_that_was_said()
    {
        await using var endpoints = await Endpoints.StartAsync(driver: driver);
        await AssertStartedAsync(endpoints, "clusters/shop/open?because=work%20is%20done",
            new(World.Cluster, PlanKinds.OpenPrimary, null, null, "http") { Request = new("work is done") });
        await AssertStartedAsync(endpoints, "clusters/shop/open?server=DB3&because=x",
            new(World.Cluster, PlanKinds.OpenPrimary, Db3, null, "http") { Request = new("x") });
        await AssertStartedAsync(endpoints, "clusters/shop/failover?because=dark",
            new(World.Cluster, PlanKinds.DeadPrimary, null, null, "http") { Request = new("dark") });
        await AssertStartedAsync(endpoints, "clusters/db2/failover?to=db3&because=dark&primaryIsDead=true&acceptLoss=true",
            new(World.Cluster, PlanKinds.DeadPrimary, null, Db3, "http")
            {
                Request = new("dark") { PrimaryIsDead = true, AcceptsLoss = true },
            });
        await AssertStartedAsync(endpoints, "relocate?instance=db2&below=DB3",
            new(World.Cluster, PlanKinds.Relocate, Db2, Db3, "http"));
        await AssertStartedAsync(endpoints, "clusters/shop/takeover?code=key",
            new(World.Cluster, PlanKinds.Takeover, null, null, "http"));
    }

    [Theory]
    [InlineData("clusters/shop/takeover?too=db2", 400, "argument 'too': expected to, skipHooks; did you mean 'to'?")]
    [InlineData("clusters/shop/takeover?to=db2&to=db3", 400, "to: was given 2 times: expected it once")]
    [InlineData("relocate?instance=db2", 400, "below: expected its new source")]
    [InlineData("relocate?instance=db9:3306&below=db2", 400, "instance: server 'db9:3306': no known server has this name")]
    [InlineData("clusters/shop/open", 400, "because: expected why; it stands in the record")]
    [InlineData("clusters/shop/open?because=x&server=db9:3306", 400, "server: server 'db9:3306': no server of cluster shop has this name")]
    [InlineData("clusters/nobody/open?because=x", 404, "cluster 'nobody': no cluster has this id")]
    [InlineData("clusters/shop/failover?because=%20", 400, "because '': expected the reason")]
    [InlineData("clusters/shop/failover?because=x&to=db9:3306", 400, "to: server 'db9:3306'")]
    [InlineData("clusters/shop/failover?because=x&primaryIsDead=yes", 400, "primaryIsDead 'yes': expected true or false")]
    [InlineData("clusters/shop/failover?because=x&acceptLoss=1", 400, "acceptLoss '1': expected true or false")]
    [InlineData("clusters/nobody/failover?because=x", 404, "cluster 'nobody': no cluster has this id")]
    public async Task What_cannot_be_is_refused_and_begins_nothing(string path, int expected, string problem)
    {
        await using var endpoints = await Endpoints.StartAsync(driver: driver);
        var (status, answer) = await PostAsync(endpoints, path);
        Assert.Equal(expected, (int)status);
        Assert.StartsWith(problem, answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(driver.Orders);
        Assert.Empty(endpoints.Memory.Entries);
    }

    [Theory]
    [InlineData("open?because=x")]
    [InlineData("failover?because=x&primaryIsDead=true")]
    public async Task Why_it_is_refused_is_answered_with_what_would_allow_it(string path)
    {
        driver.Refusal = new("no", "the command takeover");
        await using var endpoints = await Endpoints.StartAsync(driver: driver);
        var (status, answer) = await PostAsync(endpoints, $"clusters/shop/{path}");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("no", answer.GetProperty("detail").GetString());
        Assert.Equal("the command takeover", answer.GetProperty("remedy").GetString());
    }

    private async Task AssertStartedAsync(Endpoints endpoints, string path, OperationRequest order)
    {
        var (status, answer) = await PostAsync(endpoints, path);
        Assert.True(status == HttpStatusCode.Accepted, $"{path}: {status} {answer}");
        Assert.Equal("/api/v3/recoveries/r1", answer.GetProperty("see").GetString());
        Assert.Equal(order, driver.Orders[^1]);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(Endpoints endpoints, string path)
    {
        using var answer = await endpoints.SendAsync("POST", path);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, document.RootElement.Clone());
    }

    /// <summary>Keeps what it is asked for.</summary>
    private sealed class Driver : IRecoveryDriver
    {
        public List<OperationRequest> Orders { get; } = [];
        public List<OperatorSignal> Signals { get; } = [];
        public Refusal? Refusal { get; set; }

        public Task<(string Id, Refusal? Refusal)> StartAsync(OperationRequest order, CancellationToken cancel)
        {
            Orders.Add(order);
            return Task.FromResult(("r1", Refusal));
        }

        public Task<Refusal?> SignalAsync(ClusterId cluster, string id, OperatorSignal signal, CancellationToken cancel)
        {
            Signals.Add(signal);
            return Task.FromResult(Refusal);
        }
    }
}
