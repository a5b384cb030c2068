using OrchestratorFunctions.App.Recoveries;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.App.Tests.Recoveries;

public sealed class OrdersTests
{
    /// <summary>It travels as texts, and whoever reads it does what was asked for.</summary>
    [Fact]
    public void An_order_is_read_as_it_was_given()
    {
        var opening = new OperatorOrder(World.Cluster, PlanKinds.OpenPrimary, World.Primary, null, "dana") { Request = new("work is done") };
        var failover = new OperatorOrder(World.Cluster, PlanKinds.DeadPrimary, World.Primary, new("db3", 3306), "dana")
        {
            Request = new("dark") { PrimaryIsDead = true, AcceptsLoss = true },
        };
        foreach (var order in (OperatorOrder[])[opening, failover]) Assert.Equal(order, RecoveryOrder.Of(order, "r1").Read());
    }
}
