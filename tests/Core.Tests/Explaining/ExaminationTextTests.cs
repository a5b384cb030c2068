using OrchestratorFunctions.Core.Examining;
using OrchestratorFunctions.Core.Explaining;

namespace OrchestratorFunctions.Core.Tests.Explaining;

public sealed class ExaminationTextTests
{
    private static readonly Finding One = new(
        FindingCode.GtidOff, FindingSeverity.Severe, "db1:3306", "gtid_mode is not ON",
        [new(FixKind.Statement, "db1:3306", "SET GLOBAL a=1;"), new(FixKind.ServerFile, "db1:3306", "a=1"), Fix.Setting("A:B=c"), Fix.Command("x"), Fix.Advice("y")]);

    [Fact]
    public void A_finding_says_where_each_fix_is_carried_out() => Assert.Equal(
        """
        shop
          severe  db1:3306  GtidOff
            gtid_mode is not ON
            Fix: on db1:3306: SET GLOBAL a=1;
            Fix: in the configuration file of db1:3306: a=1
            Fix: setting A:B=c
            Fix: run: orchestrator x
            Fix: y
          Not checked:
          - clocks

        """, ExaminationText.Describe("shop", new Examination([One], ["clocks"])), ignoreLineEndingDifferences: true);

    [Fact]
    public void Findings_are_counted_by_severity()
    {
        Assert.Equal("0 findings: 0 severe, 0 warnings, 0 hints", ExaminationText.Count([]));
        Assert.Equal("2 findings: 1 severe, 0 warnings, 1 hint", ExaminationText.Count([One, One with { Severity = FindingSeverity.Hint }]));
    }
}
