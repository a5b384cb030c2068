namespace OrchestratorFunctions.MySql.Tests.Wording;

/// <summary>
/// Every <c>*.txt</c> in Plays says what is sent to which version; each statement has a recorded answer of that version (<see
/// cref="Versions"/>). <c>RECORD_STATEMENTS=1</c> records.
/// </summary>
public sealed class StatementPlayTests
{
    private static readonly Play Statements = new("STATEMENTS", "MySql.Tests", "Wording", "Plays");

    public static TheoryData<string> Files => [.. Statements.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_sent_is_what_is_written(string file)
    {
        var (written, said) = Statements.Run(file, new StatementPlay().Run);
        Assert.Equal(written, said);
    }
}
