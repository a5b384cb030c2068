using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

/// <summary>Other watchers are told of a changed ledger, and not in the middle of a failover.</summary>
public sealed class LedgerNotesTests
{
    private static readonly Ledger Runs = Ledger.Empty with { Running = "r1" };
    private static readonly Ledger Replaced = Ledger.Empty.With(new LedgerEntry.FormerPrimary(World.Primary, "r1", World.Noon));

    private readonly FakeTimeProvider time = new(World.Noon);
    private int notes;

    private LedgerNotes New(Func<bool>? isAway = null, Ledger? begin = null) => new(
        Sometimes.Away<ITopologyStore>(new Memory(time), () => ++notes > 0 && isAway?.Invoke() == true), World.Cluster, begin ?? Ledger.Empty, time,
        NullLogger.Instance);

    [Fact]
    public async Task A_plain_failover_is_told_of_once_and_at_its_end()
    {
        var told = New();
        told.Note(Runs);
        told.Note(Runs.With(new LedgerEntry.FormerPrimary(World.Primary, "r1", World.Noon)));
        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Equal(0, notes);
        told.Note(Replaced);
        await told.DisposeAsync();
        Assert.Equal(1, notes);
    }

    [Fact]
    public async Task One_that_takes_longer_is_told_of_while_it_runs()
    {
        var told = New();
        told.Note(Runs);
        time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(1, notes);
        told.Note(Replaced);
        time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(2, notes);
        await told.DisposeAsync();
        Assert.Equal(2, notes);
    }

    /// <summary>Who read the ledger meanwhile holds that a recovery runs, and acts on nothing as long as it does.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_a_run_is_told_whatever_was_owed_before(bool owedBefore)
    {
        var before = owedBefore ? Replaced : Ledger.Empty;
        var told = New(begin: before);
        told.Note(before with { Running = "r2" });
        told.Note(before);
        await told.DisposeAsync();
        Assert.Equal(1, notes);
    }

    [Fact]
    public async Task A_store_that_is_away_stops_nothing()
    {
        var told = New(isAway: () => true);
        told.Note(Replaced);
        await told.DisposeAsync();
        Assert.Equal(1, notes);
    }
}
