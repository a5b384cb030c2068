using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Storage.Tables;

namespace OrchestratorFunctions.Storage.Tests.Tables;

public sealed class LedgerRowsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly LedgerEntry[] Every =
    [
        new LedgerEntry.Closed(Samples.Db1, "r-1", Rooms.Start, MayComeLate: true), new LedgerEntry.MaybeOpen(Samples.Db2, "r-1", Rooms.Start),
        new LedgerEntry.Stopped(Samples.Db3, Samples.Db1, "r-1", Rooms.Start), new LedgerEntry.FormerPrimary(Samples.Db1, "r-1", Rooms.Start),
        new LedgerEntry.EventsStopped(Samples.Db1, Samples.Nightly, "r-1", Rooms.Start),
        new LedgerEntry.Target(Samples.Db2, MariaDbGtidSet.Parse("0-1-7"), "r-1", Rooms.Start),
        new LedgerEntry.Writer(Samples.Db2, 7, "r-1", Rooms.Start) { SemiSync = new SemiSync(Available: true, SourceEnabled: true), Position = MariaDbGtidSet.Parse("0-1-7") },
    ];

    [Fact]
    public async Task A_ledger_is_stored_with_the_stage_that_causes_it_and_read_with_its_cluster()
    {
        var (rooms, lease) = await OpenAsync();
        var ledger = With(Every) with { Running = "r-1", Version = 1 };
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.BeginAsync(Samples.NewRecovery(), ledger, lease, None));
        await rooms.Room.Topologies.NoteLedgerAsync(Samples.Shop, true, None);

        var read = (await rooms.Room.Topologies.ReadAsync(Samples.Shop, None))!.Ledger;
        Assert.Equal(Every, read.Entries);
        Assert.Equal(("r-1", 1), (read.Running, read.Version));
        Assert.Equal(read, Assert.Single(await rooms.Room.Topologies.ReadAllAsync(None)).Ledger with { Entries = read.Entries });

        var ended = With(Every[3]) with { Version = 2 };
        var recovery = Samples.NewRecovery().With(Samples.End());
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.SaveStageAsync(recovery, ended, lease, None));
        Assert.Equal(ended.Entries, (await rooms.Recoveries.ReadLedgerAsync(Samples.Shop, None)).Entries);
    }

    /// <summary>A server moves to another address before the cluster ever had a recovery.</summary>
    [Fact]
    public async Task The_first_ledger_of_a_cluster_is_written_without_a_recovery_and_by_one_alone()
    {
        var (rooms, lease) = await OpenAsync();
        var none = await rooms.Recoveries.ReadLedgerAsync(Samples.Shop, None);
        Assert.True(await rooms.Recoveries.SettleAsync(Samples.Shop, none with { Version = 1 }, None));
        Assert.False(await rooms.Recoveries.SettleAsync(Samples.Shop, none with { Version = 1 }, None));
        Assert.Equal(WriteOutcome.Outdated, await rooms.Recoveries.BeginAsync(Samples.NewRecovery(), none.With(Every[0]), lease, None));
        var first = await rooms.Recoveries.ReadLedgerAsync(Samples.Shop, None);
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.BeginAsync(Samples.NewRecovery(), first.With(Every[0]), lease, None));
    }

    [Fact]
    public async Task Who_lost_the_lease_writes_no_ledger()
    {
        var (rooms, lease) = await OpenAsync();
        await rooms.Recoveries.BeginAsync(Samples.NewRecovery(), With(Every[0]), lease, None);
        await rooms.LoseAsync("shop-1");
        Assert.Equal(WriteOutcome.LeaseLost, await rooms.Recoveries.SaveStageAsync(
            Samples.NewRecovery().With(Samples.Planned("late")), With(Every), lease, None));
        Assert.Equal([Every[0]], (await rooms.Recoveries.ReadLedgerAsync(Samples.Shop, None)).Entries);
    }

    [Fact]
    public async Task A_recovery_planned_with_an_older_ledger_does_not_begin_and_one_with_the_stored_one_does()
    {
        var (rooms, lease) = await OpenAsync();
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.BeginAsync(Samples.NewRecovery(), With(Every[0]), lease, None));
        var stored = await rooms.Recoveries.ReadLedgerAsync(Samples.Shop, None);
        await rooms.Recoveries.SaveStageAsync(Samples.NewRecovery().With(Samples.End()), stored with { Entries = [Every[3]] }, lease, None);

        foreach (var old in new[] { stored, Ledger.Empty })
            Assert.Equal(WriteOutcome.Outdated, await rooms.Recoveries.BeginAsync(Samples.NewRecovery("r-2"), old.With(Every[1]), lease, None));
        Assert.Null(await rooms.Recoveries.ReadActiveAsync(Samples.Shop, None));
        stored = await rooms.Recoveries.ReadLedgerAsync(Samples.Shop, None);
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.BeginAsync(Samples.NewRecovery("r-2"), stored.With(Every[1]), lease, None));
        Assert.Equal([Every[3], Every[1]], (await rooms.Recoveries.ReadLedgerAsync(Samples.Shop, None)).Entries);
    }

    [Fact]
    public async Task What_is_paid_is_written_only_over_the_ledger_that_was_read()
    {
        var (rooms, lease) = await OpenAsync();
        await rooms.Recoveries.BeginAsync(Samples.NewRecovery(), With(Every[0], Every[3]), lease, None);
        var read = await rooms.Recoveries.ReadLedgerAsync(Samples.Shop, None);
        Assert.True(await rooms.Recoveries.SettleAsync(Samples.Shop, read with { Entries = [Every[3]] }, None));
        Assert.False(await rooms.Recoveries.SettleAsync(Samples.Shop, read with { Entries = [] }, None));
        Assert.Equal([Every[3]], (await rooms.Recoveries.ReadLedgerAsync(Samples.Shop, None)).Entries);
    }

    [Fact]
    public async Task An_entry_of_another_version_is_a_problem_and_not_an_empty_ledger()
    {
        var (rooms, lease) = await OpenAsync();
        await rooms.Recoveries.BeginAsync(Samples.NewRecovery(), With(Every[0]) with { Version = 3 }, lease, None);
        var row = (await rooms.RecoveryRows.GetEntityAsync<Azure.Data.Tables.TableEntity>("shop-1", "ledger")).Value;
        row["Entries0"] = ((string)row["Entries0"]).Replace("\"closed\"", "\"shut\"", StringComparison.Ordinal);
        await rooms.RecoveryRows.UpdateEntityAsync(row, Azure.ETag.All);
        var read = await rooms.Recoveries.ReadLedgerAsync(Samples.Shop, None);
        Assert.Contains("shut", read.Problem, StringComparison.Ordinal);
        Assert.Equal(3, read.Version);
        Assert.False(read.IsSettled);
    }

    [Fact]
    public async Task Of_a_cluster_that_owes_nothing_no_ledger_is_read_with_all_clusters()
    {
        var (rooms, lease) = await OpenAsync();
        await rooms.Recoveries.BeginAsync(Samples.NewRecovery(), With(Every[5]), lease, None);
        Assert.Empty(Assert.Single(await rooms.Room.Topologies.ReadAllAsync(None)).Ledger.Entries);
        Assert.Single((await rooms.Room.Topologies.ReadAsync(Samples.Shop, None))!.Ledger.Entries);
    }

    private static Ledger With(params LedgerEntry[] entries) => Ledger.Empty with { Entries = [.. entries] };

    private static async Task<(Rooms Rooms, Lease Lease)> OpenAsync()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.Room.Topologies.SaveClusterAsync(Samples.Shop, "shop", None);
        await rooms.Room.Topologies.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);
        return (rooms, await rooms.TakeAsync("shop-1"));
    }
}
