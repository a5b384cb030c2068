using Microsoft.Extensions.Time.Testing;

namespace OrchestratorFunctions.Flow.Tests.Knowing;

public sealed class StallAwareClockTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void Time_that_was_looked_at_counts()
    {
        var clock = new StallAwareClock(time);
        for (var look = 0; look < 10; look++)
        {
            time.Advance(StallAwareClock.Beat);
            _ = clock.Now;
        }
        Assert.Equal(10 * StallAwareClock.Beat, clock.Now);
    }

    [Fact]
    public void A_pause_of_the_process_counts_as_two_beats_at_most()
    {
        var clock = new StallAwareClock(time);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2 * StallAwareClock.Beat, clock.Now);
    }
}
