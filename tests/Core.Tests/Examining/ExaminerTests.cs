using OrchestratorFunctions.Core.Examining;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Tests.Examining;

public sealed class ExaminerTests
{
    internal static readonly ExaminationTerms Terms = new("orchestrator", "repl");

    [Fact]
    public void Every_code_has_a_row() =>
        Assert.Equal(Enum.GetValues<FindingCode>(), Examiner.Codes.Select(c => c.Code));

    [Fact]
    public void The_rows_of_one_code_mean_the_same() => Assert.All(Examiner.Codes, c =>
    {
        Assert.False(char.IsUpper(c.Means[0]) && !c.Means.StartsWith("MySQL", StringComparison.Ordinal) || c.Means.EndsWith('.'));
        Assert.NotEmpty(c.Severities);
    });

    [Fact]
    public void The_document_lists_the_codes_as_they_are()
    {
        var lines = File.ReadAllLines(Path.Combine(Play.Root(), "docs", "operations.md"));
        var table = lines.SkipWhile(l => !l.StartsWith("| code | severity |", StringComparison.Ordinal)).Skip(2).TakeWhile(l => l.StartsWith('|'));
        Assert.Equal(Examiner.Codes.Select(Row), table);
    }

    private static string Row(DescribedCode c) =>
        $"| `{c.Code}` | {string.Join(", ", c.Severities.Select(s => s.ToString().ToLowerInvariant()))} | {c.Means} |";

    [Fact]
    public void Severe_things_come_first_and_then_it_goes_by_server()
    {
        var found = Examiner.Examine(Written("db1 rw has=A:1-9\ndb3 rw <db1 beat=9s has=A:1-9 got=A:1-9\ndb2 rw <db1 beat=9s has=A:1-9 got=A:1-9")).Findings;
        Assert.Equal(found.OrderByDescending(f => f.Severity).ThenBy(f => f.Subject, StringComparer.Ordinal).ThenBy(f => f.Code), found);
        Assert.Equal(["db2:3306", "db3:3306"], found.Take(2).Select(f => f.Subject));
    }

    [Fact]
    public void Every_finding_says_what_mends_it() => Assert.All(
        Examiner.Examine(Written("db1 rw has=A:1-9 semi=fallen\ndb2 rw <db1 beat=9s noauto has=A:1-9 got=A:1-9 lacks=RELOAD")).Findings,
        f => Assert.All(f.Fixes, fix => Assert.NotEmpty(fix.Text)));

    [Fact]
    public void With_hints_alone_it_is_content()
    {
        var found = Examiner.Examine(Written("db1 rw has=A:1-9\ndb2 ro <db1 beat=1s has=A:1-9 got=A:1-9"));
        Assert.Equal([FindingCode.SemiSyncOff], found.Findings.Select(f => f.Code));
        Assert.True(found.IsContent);
        Assert.False(Examiner.Examine(Written("db1 rw has=A:1-9")).IsContent);
    }

    [Fact]
    public void A_failover_that_would_not_succeed_is_told_with_what_would_allow_it()
    {
        var cluster = Written("db1 rw has=A:1-9\ndb2 ro <db1 beat=1s has=A:1-9 got=A:1-9") with
        {
            Failover = new RecoveryOutcome.Abandoned(new Refusal("no replica can be promoted", "a replica")),
        };
        var found = Assert.Single(Examiner.Examine(cluster).Findings, f => f.Code == FindingCode.FailoverWouldFail);
        Assert.Equal("a failover would not succeed now: no replica can be promoted", found.Says);
        Assert.Equal([Fix.Advice("a replica")], found.Fixes);
    }

    internal static ExaminedCluster Written(string text) => new(WrittenTopology.Read(text, "shop"), null, Terms);
}
