using OrchestratorFunctions.Core.Examining;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Tests.Examining.Rules;

public sealed class ProcessRulesTests
{
    private static readonly ExaminedProcess Well = new()
    {
        Now = WrittenTopology.Noon, Watchers = [new("watch/0", "p1", WrittenTopology.Noon.AddSeconds(-3))], PartsWatched = 1,
    };

    [Fact]
    public void Of_an_installation_that_is_well_nothing_is_found() => Assert.Empty(Examiner.Examine(Well).Findings);

    public static TheoryData<FindingCode, string> Wrong => new()
    {
        { FindingCode.StorageUnusable, "no right to write" },
        { FindingCode.QueueUnusable, "the queue of failures cannot be used: gone" },
        { FindingCode.NoCluster, "no cluster is known" },
        { FindingCode.SeedNotFound, "it stands in Discovery:Seeds and is not found" },
        { FindingCode.WatcherSilent, "nobody watches it: p1 gave the last sign of life 120 s ago" },
        { FindingCode.WatcherClockDiffers, "the clock of p1 is 30 s ahead of the clock here" },
        { FindingCode.ShardsDiffer, "it is watched in 2 shards, and Watch:Shards is 1 here" },
        { FindingCode.VantagesMissing, "1 of the 2 vantage points needed are heard, so no primary is replaced" },
        { FindingCode.RecoveryDisabled, "recovery is disabled globally: nothing is replaced by itself" },
        { FindingCode.PatternMatchesNothing, "its pattern 'shp*' names no known cluster" },
        { FindingCode.ReplicationUserNotSet, "MySql:ReplicationUser is empty: a server without a link, like an old primary, cannot be made a replica" },
        { FindingCode.NobodyIsTold, "Hooks:Url is empty: nobody is told of failures and recoveries" },
        { FindingCode.HookNotResolved, "this host of Hooks:Url is not known from here" },
        { FindingCode.SettingRisky, "reached from elsewhere" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_found_and_nothing_else(FindingCode code, string says)
    {
        var found = Assert.Single(Examiner.Examine(With(code)).Findings);
        Assert.Equal((code, says), (found.Code, found.Says));
        Assert.NotEmpty(found.Fixes);
    }

    [Fact]
    public void A_part_that_nobody_ever_watched_is_told_as_such() => Assert.Equal(
        "nobody watches it, and nobody ever did",
        Assert.Single(Examiner.Examine(Well with { Watchers = [new("watch/0", null, null)], PartsWatched = null }).Findings).Says);

    [Fact]
    public void What_the_process_could_not_look_at_is_passed_on() =>
        Assert.Equal(["storage"], Examiner.Examine(Well with { NotChecked = ["storage"] }).NotChecked);

    private static ExaminedProcess With(FindingCode code) => code switch
    {
        FindingCode.StorageUnusable => Well with { StorageProblem = "no right to write" },
        FindingCode.QueueUnusable => Well with { QueueProblem = "gone" },
        FindingCode.NoCluster => Well with { HasCluster = false },
        FindingCode.SeedNotFound => Well with { MissingSeeds = ["db9:3306"] },
        FindingCode.WatcherSilent => Well with { Watchers = [new("watch/0", "p1", WrittenTopology.Noon.AddSeconds(-120))] },
        FindingCode.WatcherClockDiffers => Well with { Watchers = [new("watch/0", "p1", WrittenTopology.Noon.AddSeconds(30))] },
        FindingCode.ShardsDiffer => Well with { PartsWatched = 2 },
        FindingCode.VantagesMissing => Well with
        {
            PlacesMissing = [("watch/0", new Refusal("1 of the 2 vantage points needed are heard, so no primary is replaced", "Detection:Vantages"))],
        },
        FindingCode.RecoveryDisabled => Well with { IsRecoveryEnabled = false },
        FindingCode.PatternMatchesNothing => Well with { IdlePatterns = [("Recovery:Clusters", "shp*")] },
        FindingCode.ReplicationUserNotSet => Well with { HasReplicationAccount = false },
        FindingCode.NobodyIsTold => Well with { TellsSomebody = false },
        FindingCode.HookNotResolved => Well with { UnresolvedHooks = ["chat.example"] },
        _ => Well with { Risks = ["reached from elsewhere"] },
    };
}
