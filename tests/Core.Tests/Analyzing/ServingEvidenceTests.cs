using OrchestratorFunctions.Core.Analyzing;

namespace OrchestratorFunctions.Core.Tests.Analyzing;

public sealed class ServingEvidenceTests
{
    [Theory]
    [InlineData("offline", "offline_mode is ON")]
    [InlineData("lacks=SUPER", "our account lacks SUPER: it cannot stop, start or point replication")]
    [InlineData("lacks=RELOAD", "our account lacks RELOAD: it cannot make the server a primary or a replica")]
    [InlineData("repl=none", "it does not have the account 'repl' (mysql.user)")]
    [InlineData("repl=locked", "it has locked the account 'repl' (mysql.user)")]
    public void Says_what_a_person_can_check(string words, string sentence)
    {
        var found = Assert.Single(Analyzer.Analyze(WrittenTopology.Read($"db1 rw\ndb2 ro <db1 {words}\ndb3 ro <db1")));
        Assert.Equal(2, found.Because.Length);
        Assert.StartsWith(sentence, found.Because[1], StringComparison.Ordinal);
    }
}
