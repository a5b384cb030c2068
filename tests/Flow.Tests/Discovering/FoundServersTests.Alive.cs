using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Flow.Discovering;

namespace OrchestratorFunctions.Flow.Tests.Discovering;

/// <content>S1, S8: the primary that is being replaced is found alive at another address.</content>
public sealed partial class FoundServersTests
{
    [Fact]
    public async Task A_failover_is_told_that_the_primary_it_replaces_lives()
    {
        var (id, found) = await FindAsync(PlanKinds.DeadPrimary, World.Primary);
        var word = await memory.ReadSignalAsync(id, "r1", default);
        Assert.Equal((SignalKind.Cancel, "db1:3306 answers at pod9:3306"), (word!.Kind, word.Because));
        Assert.Contains(found.Warnings, w => w == "recovery r1 is told to stop, because db1:3306 answers at pod9:3306");
    }

    [Theory]
    [InlineData("Takeover", "db1", false)] // its subject is not dead
    [InlineData("DeadPrimary", "db2", false)] // it replaces another one
    [InlineData("DeadPrimary", "db1", true)] // a person vouches
    public async Task Nobody_else_is(string kind, string subject, bool isVouched)
    {
        var (id, _) = await FindAsync(PlanKinds.All.Single(k => k.Name == kind), new InstanceKey(subject, 3306), isVouched);
        Assert.Null(await memory.ReadSignalAsync(id, "r1", default));
    }

    private async Task<(ClusterId, Discovery)> FindAsync(PlanKind kind, InstanceKey subject, bool isVouched = false)
    {
        var id = (await DiscoverAsync(World.Primary)).Clusters[0].Cluster;
        var stage = new PlanStage("freeze", "", []);
        var recovery = new Recovery
        {
            Id = "r1", Cluster = id, Kind = kind, Actor = "detection", StartedAt = World.Noon, Subject = subject,
            Request = isVouched ? new OperatorRequest("dba") { PrimaryIsDead = true } : null,
            Stages = [new StageRecord(stage, 1, World.Noon, [])],
        };
        var lease = await memory.TryAcquireAsync(id.Value, "p1", TimeSpan.FromSeconds(10), default);
        await memory.BeginAsync(recovery, Ledger.Empty with { Running = "r1", Version = 1 }, lease!, default);
        world.Put(t => t.With(Member.SeenAs(t[World.Primary]!.Current! with { Key = Pod }, World.Noon)));
        world.Fail(World.Primary, ProbeFailureKind.Refused);
        return (id, await DiscoverAsync(Pod));
    }
}
