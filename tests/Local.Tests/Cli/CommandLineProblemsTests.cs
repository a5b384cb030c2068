using OrchestratorFunctions.Local.Cli;

namespace OrchestratorFunctions.Local.Tests.Cli;

public sealed class CommandLineProblemsTests
{
    [Theory]
    [InlineData("takover shop --to db1", "unknown command 'takover'; did you mean 'takeover'?")]
    [InlineData("frobnicate", "unknown command 'frobnicate'")]
    [InlineData("plan dead-primry shop", "unknown command 'dead-primry'; did you mean 'dead-primary'?")]
    [InlineData("topology --jsn", "unknown option '--jsn'; did you mean '--json'?")]
    [InlineData("topology shop --colour", "unknown option '--colour'")]
    [InlineData("downtime shop --fro 2h", "unknown option '--fro'; did you mean '--for'?")]
    [InlineData("downtimes now", "unexpected 'now': downtimes takes no argument")]
    [InlineData("forget db1 db2", "unexpected 'db2': forget takes NAME")]
    [InlineData("recoveries --limit many", "Cannot parse argument 'many' for option '--limit' as expected type 'System.Int32'")]
    public void What_is_wrong_is_said_with_what_may_have_been_meant(string line, string problem) =>
        Assert.Equal(problem, Assert.Single(CommandLineProblems.Of(CommandLine.Build().Parse(line.Split(' ')))));

    [Theory]
    [InlineData("topology")]
    [InlineData("downtime shop --for 2h --because kernel --json")]
    [InlineData("discover db1 db2 --set Watch:Interval=00:00:01")]
    public void Of_a_line_that_can_be_run_nothing_is_said(string line) =>
        Assert.Empty(CommandLineProblems.Of(CommandLine.Build().Parse(line.Split(' '))));
}
