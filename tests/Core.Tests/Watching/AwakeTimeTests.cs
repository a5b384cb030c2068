using OrchestratorFunctions.Core.Watching;

namespace OrchestratorFunctions.Core.Tests.Watching;

public sealed class AwakeTimeTests
{
    [Fact]
    public void Time_between_two_looks_counts_and_a_longer_one_counts_as_two_beats()
    {
        var beat = AwakeTime.Beat;
        var awake = new AwakeTime().At(beat).At(2 * beat).At(4 * beat);
        Assert.Equal(4 * beat, awake.Awake);
        Assert.Equal(6 * beat, awake.At(100 * beat).Awake);
        Assert.Equal(7 * beat, awake.At(100 * beat).At(101 * beat).Awake);
    }
}
