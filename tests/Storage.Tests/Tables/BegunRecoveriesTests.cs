using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tests.Tables;

public sealed class BegunRecoveriesTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task What_began_lately_is_told_for_all_clusters_newest_first_in_one_request()
    {
        var rooms = await Rooms.OpenAsync();
        var faults = new Faults();
        var other = (await rooms.AnotherAsync(faults)).Recoveries;
        await BeginAsync(rooms, "r-1", -20);
        await BeginAsync(rooms, "r-2", -9);
        await BeginAsync(rooms, "r-3", -1);

        var before = faults.Requests;
        var begun = await other.ReadBegunAsync(Rooms.Start.AddMinutes(-10), None);
        Assert.Equal(1, faults.Requests - before);
        Assert.Equal(
            [new BegunRecovery("r-3", new("of-r-3"), PlanKinds.DeadPrimary, "watcher a", Rooms.Start.AddMinutes(-1)),
             new BegunRecovery("r-2", new("of-r-2"), PlanKinds.DeadPrimary, "watcher a", Rooms.Start.AddMinutes(-9))],
            begun);
    }

    [Fact]
    public async Task What_did_not_begin_and_what_was_held_or_forgotten_is_not_told()
    {
        var rooms = await Rooms.OpenAsync();
        await BeginAsync(rooms, "r-1", -2);
        Assert.Equal(WriteOutcome.Taken, await rooms.Recoveries.BeginAsync(Of("r-2", -1) with { Cluster = new("of-r-1") }, null, await rooms.TakeAsync("of-r-1"), None));
        await rooms.Recoveries.RecordHeldAsync(Samples.Held("r-3", "no", Rooms.Start), None);
        Assert.Equal("r-1", Assert.Single(await rooms.Recoveries.ReadBegunAsync(Rooms.Start.AddHours(-1), None)).Id);
        await rooms.Recoveries.ForgetAsync(new("of-r-1"), None);
        Assert.Empty(await rooms.Recoveries.ReadBegunAsync(Rooms.Start.AddHours(-1), None));
    }

    [Fact]
    public async Task What_another_process_forgets_at_the_same_time_is_forgotten()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync(PracticeCluster.Id.Value);
        var begun = Samples.NewRecovery(cluster: PracticeCluster.Id);
        await rooms.Recoveries.BeginAsync(begun, null, lease, None);
        await rooms.Recoveries.SaveStageAsync(begun.With(Samples.Planned("next")), null, lease, None);
        // Each of the two has read the rows before the first one deletes any.
        var meeting = new Meeting(2);
        var others = await Task.WhenAll(rooms.AnotherAsync(meeting), rooms.AnotherAsync(meeting));

        await Task.WhenAll(others.Select(o => o.Recoveries.ForgetAsync(PracticeCluster.Id, None)));
        Assert.True(meeting.HaveMet);
        Assert.Empty(await rooms.Recoveries.ReadRecentAsync(PracticeCluster.Id, 10, None));
        Assert.Empty(await rooms.Recoveries.ReadActiveClustersAsync(None));
    }

    private static Recovery Of(string id, int minutes) => Samples.NewRecovery(id, new($"of-{id}"), Rooms.Start.AddMinutes(minutes));

    private static async Task BeginAsync(Rooms rooms, string id, int minutes) =>
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.BeginAsync(Of(id, minutes), null, await rooms.TakeAsync($"of-{id}"), None));
}
