namespace OrchestratorFunctions.Simulation.Servers.Flavours;

/// <summary>What a receiver says that it has when it connects: that is not sent again.</summary>
public interface IHoldings
{
    bool Has(Transaction one);
}
