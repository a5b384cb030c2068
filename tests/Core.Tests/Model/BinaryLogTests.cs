using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class BinaryLogTests
{
    [Theory]
    [InlineData("STATEMENT", 0)]
    [InlineData("mixed", 1)]
    [InlineData("ROW", 2)]
    [InlineData("", 2)]
    public void The_larger_binary_log_format_ranks_higher(string format, int rank) => Assert.Equal(rank, new BinaryLog(true, true, format).FormatRank);
}
