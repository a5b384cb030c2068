using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Histories;
using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Storing;

/// <content>Members, by the addresses by which they are stored.</content>
public sealed partial class ModelStore
{
    private readonly List<StoredServer> rows = [];

    // Who was stored last by an address, also when it is stored by another one since.
    private readonly Dictionary<InstanceKey, ModelServer> names = [];

    public IReadOnlyList<StoredServer> Servers => rows;

    public StoredServer? RowOf(InstanceKey key) => rows.Find(r => r.Key == key);

    /// <summary>The server that the product calls so, or called so last.</summary>
    public ModelServer Named(InstanceKey key) => names[key];

    /// <summary>What an operator declared of a server; it stands with the address by which that is stored.</summary>
    public PromotionRule RuleOf(ModelServer server) => RowOf(server.Key)?.PromotionRule ?? PromotionRule.Neutral;

    /// <summary>Adds a member, or writes another one in its place.</summary>
    public void Put(StoredServer row)
    {
        var at = rows.FindIndex(r => r.Key == row.Key);
        if (at < 0) rows.Add(row);
        else rows[at] = row;
        if (world.Shape.AddressFault == AddressFault.None) return;
        if (world.Servers.FirstOrDefault(s => row.LastSeen is { } seen && Sighting.IdentityOf(s) == ServerIdentity.LastingOf(seen)) is not { } server) return;
        names[row.Key] = server;
        // Of two rows the one counts that leads to it.
        if (server.Key == server.Address && server.FoundSince != long.MaxValue) return;
        server.Key = row.Key;
        server.FoundSince = server.Key == server.Address ? world.Now : long.MaxValue;
    }

    public void Remove(InstanceKey key) => rows.RemoveAll(r => r.Key == key);
}
