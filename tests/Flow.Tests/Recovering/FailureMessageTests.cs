using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

public sealed class FailureMessageTests
{
    [Fact]
    public void A_failure_is_read_as_it_was_written()
    {
        var written = Process.DeadPrimary();
        var read = FailureMessage.Read(FailureMessage.Write(written), out var problem);
        Assert.Equal("", problem);
        Assert.Equal(written.Evidence, read!.Evidence);
        Assert.Equal(written with { Evidence = read.Evidence }, read);
    }

    [Theory]
    [InlineData("", "cannot be read")]
    [InlineData("not JSON", "cannot be read")]
    [InlineData("[1]", "is not a JSON object")]
    [InlineData("{}", "has no number 'schema'")]
    [InlineData("""{"schema":"1"}""", "has no number 'schema'")]
    [InlineData("""{"schema":2}""", "has schema 2; this version reads 1")]
    [InlineData("""{"schema":0}""", "has schema 0; this version reads 1")]
    [InlineData("""{"schema":1}""", "lacks an id, a cluster, a subject or a kind")]
    [InlineData("""{"schema":1,"id":"f1","cluster":"c-1","subject":"db1:3306"}""", "lacks an id, a cluster, a subject or a kind")]
    [InlineData("""{"schema":1,"id":"f1","cluster":"c-1","subject":"db1:3306","kind":"Rebuild"}""", "cannot be read: plan kind 'Rebuild' is not known here")]
    public void What_is_not_ours_is_refused_with_the_reason(string body, string because)
    {
        Assert.Null(FailureMessage.Read(body, out var problem));
        Assert.StartsWith(because, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Evidence_that_does_not_fit_is_left_out_and_the_message_says_so()
    {
        var wordy = Process.DeadPrimary() with { Evidence = [.. Enumerable.Range(0, 2000).Select(i => $"evidence number {i} is a sentence of some length")] };
        var body = FailureMessage.Write(wordy);
        Assert.True(System.Text.Encoding.UTF8.GetByteCount(body) <= FailureMessage.MostBytes);
        Assert.Matches("^and [0-9]+ more$", FailureMessage.Read(body, out _)!.Evidence[^1]);
    }
}
