using OrchestratorFunctions.Core.Planning.Judging;
using static OrchestratorFunctions.Testing.WrittenTopology;

namespace OrchestratorFunctions.Core.Tests.Planning.Judging;

/// <summary>S20: no plan ends with a success that nobody sees.</summary>
public sealed class LostSuccessorTests
{
    [Theory]
    [InlineData("db2 rw", null)]
    [InlineData("db2 ro", "does not accept writes any more")]
    [InlineData("db2 rw | refused", "is not seen any more (connection refused)")]
    public void A_server_that_is_not_seen_to_accept_writes_is_lost(string server, string? because) =>
        Assert.Equal(because, LostSuccessor.Why(Read(server)[Key("db2")]!));
}
