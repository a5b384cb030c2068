using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Tests.Positions;

public class GtidIntervalTests
{
    [Theory]
    [InlineData(1, 1, 1, "1")]
    [InlineData(3, 7, 5, "3-7")]
    [InlineData(1, GtidInterval.Highest, GtidInterval.Highest, "1-9223372036854775806")]
    public void Knows_its_size_and_text(long first, long last, long count, string text)
    {
        var interval = new GtidInterval(first, last);
        Assert.Equal(count, interval.Count);
        Assert.Equal(text, interval.ToString());
        Assert.True(interval.Contains(first) && interval.Contains(last));
        Assert.False(interval.Contains(first - 1) || interval.Contains(last + 1));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-3, -1)]
    [InlineData(5, 3)]
    [InlineData(1, long.MaxValue)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void Refuses_other_bounds_and_names_them(long first, long last)
    {
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => new GtidInterval(first, last));
        Assert.Contains($"{first}-{last}", refusal.Message, StringComparison.Ordinal);
    }
}
