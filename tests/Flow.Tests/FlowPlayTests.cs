namespace OrchestratorFunctions.Flow.Tests;

/// <summary>
/// Every <c>*.txt</c> in Plays says how a story of whole processes goes. <c>RECORD_FLOW=1</c> records.
/// </summary>
[Collection(FlowPlayTests.PlaysRunAlone.Name)]
public sealed class FlowPlayTests
{
    private static readonly Play Stories = new("FLOW", "Flow.Tests", "Plays");

    public static TheoryData<string> Files => [.. Stories.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_story_goes_as_it_is_written(string file)
    {
        using var play = new FlowPlay();
        var (written, said) = Stories.Run(file, play.Run);
        Assert.Equal(written, said);
    }

    [Theory]
    [InlineData("kil db1", "line 'kil db1': word 'kil': no command has this name")]
    [InlineData("cut p1 form=db1", "line 'cut p1 form=db1': word 'form=db1': cut takes from=")]
    [InlineData("kill db1 twice", "line 'kill db1 twice': word 'twice': kill takes 1 more words")]
    [InlineData("kill", "line 'kill': word 1 is missing")]
    [InlineData("cut p1", "line 'cut p1': from= is missing")]
    [InlineData("run soon", "line 'run soon': word 'soon': a time is written as 150ms, 60s, 5m or 2h")]
    [InlineData("process p1 busy", "line 'process p1 busy': word 'busy': a process is idle, or has windows")]
    [InlineData("kill db9", "line 'kill db9': there is no server db9")]
    [InlineData("db2 ro <db1 fast", "line 'db2 ro <db1 fast': word 'fast' is not known")]
    [InlineData("hang Promote", "line 'hang Promote': word 'Promote': no step has this verb")]
    [InlineData("lease steal of=db1", "line 'lease steal of=db1': word 'db1': a lease is of the shard or the cluster")]
    [InlineData("before Fence do=\"kil db1\"", "line 'kil db1': word 'kil': no command has this name")]
    [InlineData("signal Shout of=f1 to=p1", "line 'signal Shout of=f1 to=p1': word 'Shout': no signal has this name")]
    [InlineData("ask p1 Promote id=x", "line 'ask p1 Promote id=x': word 'Promote': no plan has this name")]
    [InlineData("states now", "line 'states now': word 'now': states takes 0 more words")]
    public void What_is_not_known_is_an_error_that_names_line_and_word(string line, string says)
    {
        string[] lines = ["db1 rw has=A:1-100", "process p1 idle", line];
        if (line.StartsWith("process", StringComparison.Ordinal)) lines = [lines[0], line];
        using var play = new FlowPlay();
        var error = Assert.Throws<FormatException>(() => play.Run(lines));
        Assert.Equal(says, error.Message);
    }

    [Fact]
    public void Words_that_are_not_said_in_time_are_an_error_that_shows_the_log()
    {
        string[] lines = ["db1 rw has=A:1-100", "process p1", "run until=\"is suspected\" most=5s"];
        using var play = new FlowPlay();
        var error = Assert.Throws<FormatException>(() => play.Run(lines));
        Assert.Contains("'is suspected': it is not said within 5s:\n+0.0 p1 ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Nothing else works on the thread pool meanwhile, so a play knows when all has come to rest.</summary>
    [CollectionDefinition(Name, DisableParallelization = true)]
    public sealed class PlaysRunAlone
    {
        public const string Name = "plays";
    }
}
