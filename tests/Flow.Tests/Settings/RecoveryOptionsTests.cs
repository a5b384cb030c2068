using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Settings;

public sealed class RecoveryOptionsTests
{
    [Fact]
    public void The_limit_of_a_cluster_has_bounds_and_reaches_the_gate()
    {
        Assert.Equal(BlockWindow.Default, new RecoveryOptions().ToGatePolicy().Window);
        Assert.Equal(1, new RecoveryOptions { BlockLimit = 1 }.ToGatePolicy().Window.Limit);
        Assert.Empty(new RecoveryOptions { BlockLimit = 100 }.Problems());
        foreach (var limit in (int[])[0, 101])
            Assert.Equal([$"Recovery:BlockLimit '{limit}': expected 1 to 100"], new RecoveryOptions { BlockLimit = limit }.Problems());
    }

    [Fact]
    public void Asking_before_failovers_that_are_forbidden_is_refused_with_both_sides()
    {
        var problem = Assert.Single(new RecoveryOptions { Clusters = " ", ApproveClusters = "shop*" }.Problems());
        Assert.Contains("Recovery:ApproveClusters 'shop*'", problem, StringComparison.Ordinal);
        Assert.Contains("Recovery:Clusters ' '", problem, StringComparison.Ordinal);
        Assert.Empty(new RecoveryOptions { Clusters = "", ApproveClusters = "" }.Problems());
    }
}
