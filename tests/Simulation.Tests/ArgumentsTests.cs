using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Simulation.Histories;

namespace OrchestratorFunctions.Simulation.Tests;

public class ArgumentsTests
{
    [Fact]
    public void What_is_asked_for_is_read()
    {
        var read = Arguments.Read(["--seeds", "7", "--from", "3", "--mode", "liveness", "--play", "--json", "--flavour", "mariadb"], out _)!;
        Assert.Equal(ServerFlavor.MariaDb, read.Flavor);
        Assert.Equal((7UL, 3UL, HistoryMode.Liveness, true, true), (read.Seeds, read.From, read.Mode, read.IsPlayed, read.IsJson));
        Assert.True(Arguments.Read(["--first"], out _) is { EndsWithFirst: true, Seeds: > 1 });
        Assert.Equal((1UL, 9UL), Arguments.Read(["--seed", "9"], out _) is { } one ? (one.Seeds, one.From) : default);
    }

    [Theory]
    [InlineData("--seeds '0': expected a whole number from 1", "--seeds", "0")]
    [InlineData("--seed 'x': expected a whole number from 0", "--seed", "x")]
    [InlineData("--from '': expected a whole number from 0", "--from")]
    [InlineData("--mode 'fast': expected safety or liveness", "--mode", "fast")]
    [InlineData("--flavour 'percona': expected mysql or mariadb", "--flavour", "percona")]
    [InlineData("'--sead' is not an argument; usage: ", "--sead")]
    public void A_wrong_argument_is_named_with_what_would_be_right(string says, params string[] given)
    {
        Assert.Null(Arguments.Read(given, out var problem));
        Assert.StartsWith(says, problem, StringComparison.Ordinal);
    }
}
