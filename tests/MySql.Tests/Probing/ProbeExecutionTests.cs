using System.Collections.Immutable;
using OrchestratorFunctions.MySql.Probing;
using OrchestratorFunctions.MySql.Reading;
using OrchestratorFunctions.MySql.Sessions;

namespace OrchestratorFunctions.MySql.Tests.Probing;

public sealed class ProbeExecutionTests
{
    [Fact]
    public async Task A_refusal_of_the_moment_is_told_apart_from_one_that_lasts()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7");
        var dialer = new SessionOpener(Fleets.Options, TimeProvider.System);
        var session = await dialer.OpenAsync(Fleets.Key(fleet.Servers.Primary), Fleets.Second, default);
        const string Slow = "SELECT /*+ MAX_EXECUTION_TIME(1) */ COUNT(*) FROM information_schema.columns a, information_schema.columns b";
        ImmutableArray<ProbeQuestion> questions =
        [
            new(ProbePart.Variables, "SELECT 1 AS one", "variables"), new(ProbePart.Group, Slow, "group"),
            new(ProbePart.Region, "SELECT * FROM mysql.user", "region"),
        ];
        var limit = new Countdown(TimeProvider.System, TimeSpan.FromSeconds(20));
        var (answers, refused, passing) = await ProbeExecution.AskAsync(
            session, questions, ImmutableDictionary<ProbePart, string>.Empty, limit, default);
        session.Close();
        Assert.Equal([ProbePart.Variables], answers.Keys);
        Assert.Equal([ProbePart.Group, ProbePart.Region], refused.Keys.Order());
        Assert.Equal([ProbePart.Group], passing);
    }
}
