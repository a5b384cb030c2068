using OrchestratorFunctions.Core.Naming;

namespace OrchestratorFunctions.Core.Tests.Naming;

public sealed class DurationTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("90m", 5400)]
    [InlineData("2h", 7200)]
    [InlineData("1d", 86400)]
    [InlineData("1D", 86400)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5h", 5400)]
    [InlineData(" 0s ", 0)]
    [InlineData("00:30:00", 1800)]
    [InlineData("1:00:00", 3600)]
    [InlineData("24:00:00", 86400)]
    public void A_number_with_its_unit_is_read(string text, double seconds)
    {
        Assert.True(Duration.TryParse(text, out var duration, out var problem), problem);
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("90", "90: expected a duration with a unit, for example 90m, 2h or 1d")]
    [InlineData("", "'': expected a duration with a unit")]
    [InlineData(null, "'': expected a duration with a unit")]
    [InlineData("1.00:00:00", "1.00:00:00: expected a duration with a unit")]
    [InlineData("00:30", "00:30: expected a duration with a unit")]
    [InlineData("00:90:00", "00:90:00: expected")]
    [InlineData("-1h", "-1h: expected")]
    [InlineData("2 h", "2 h: expected")]
    [InlineData("2w", "2w: expected")]
    [InlineData("h", "h: expected")]
    [InlineData("999999999d", "999999999d: is too long")]
    public void What_may_be_read_in_two_ways_is_refused(string? text, string problem)
    {
        Assert.False(Duration.TryParse(text, out _, out var says));
        Assert.StartsWith(problem, says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5400, "1h30m")]
    [InlineData(86400, "1d")]
    [InlineData(90061, "1d1h1m1s")]
    [InlineData(0, "0s")]
    public void It_is_said_as_it_is_read(double seconds, string text) => Assert.Equal(text, Duration.Of(TimeSpan.FromSeconds(seconds)));
}
