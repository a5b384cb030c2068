using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Simulation.Servers;

/// <summary>
/// Who listens at which address. A server keeps its place in the network wherever it listens; an address that it has
/// left belongs to nobody, or to another server by now.
/// </summary>
public sealed class Addresses(World world)
{
    /// <summary>More addresses than a history has.</summary>
    public const int Most = 24;

    private readonly List<InstanceKey> others = [];
    private readonly Dictionary<InstanceKey, ModelServer> left = [];

    /// <summary>Some server listens elsewhere than at the beginning.</summary>
    public bool HaveChanged { get; private set; }

    /// <summary>Nothing of an address but a small number that it keeps.</summary>
    public int NumberOf(InstanceKey address)
    {
        if (address is { Port: InstanceKey.DefaultPort, Host: ['d', 'b', var number] }) return number - '1';
        var at = others.IndexOf(address);
        if (at >= 0) return 8 + at;
        others.Add(address);
        return 7 + others.Count;
    }

    /// <summary>The server that is told to listen there, running or not; null when there is none.</summary>
    public ModelServer? At(InstanceKey address)
    {
        if (!HaveChanged) return NumberOf(address) is var at && at < world.Servers.Length ? world.Servers[at] : null;
        return Array.Find(world.Servers, s => s.Address == address);
    }

    /// <summary>A server that is down will listen at another port of its host, or on another host.</summary>
    public void Move(ModelServer server, InstanceKey to)
    {
        HaveChanged = true;
        if (to.Host == server.Address.Host) left[server.Address] = server;
        (server.Address, server.FoundSince) = (to, long.MaxValue);
        left.Remove(to);
        world.Play?.Say(server.Name, $"listens at {to} from now on");
    }

    /// <summary>Two servers that are down change their addresses.</summary>
    public void Swap(ModelServer one, ModelServer other)
    {
        HaveChanged = true;
        (one.Address, other.Address) = (other.Address, one.Address);
        one.FoundSince = other.FoundSince = long.MaxValue;
        world.Play?.Say(one.Name, $"listens at {one.Address} from now on, and {other.Name} at {other.Address}");
    }

    /// <summary>
    /// Sends something to whoever listens at an address. A host on which nothing listens there refuses; where the host
    /// is gone, nobody answers.
    /// </summary>
    /// <param name="serve">It has arrived at that server.</param>
    /// <param name="refuse">It is refused by a host in that place.</param>
    /// <param name="isRepeated">It lies in a socket that stays open: it may arrive after a cut.</param>
    /// <param name="isThere">Whether the session still exists that it was sent on; null when it does.</param>
    public void Ask(
        int from, InstanceKey address, Action<ModelServer> serve, Action<int> refuse, bool isRepeated = false,
        Func<ModelServer, bool>? isThere = null)
    {
        var server = At(address);
        if ((server ?? left.GetValueOrDefault(address)) is not { } host) return;
        world.Network.Send(from, host.Place, () =>
        {
            if (isThere is not null && !isThere(host)) return;
            // It may have moved since.
            if (server is not null && server.Address == address) server.Arrive(() => serve(server), () => refuse(host.Place));
            else if (!host.IsHostDown) refuse(host.Place);
        }, isRepeated);
    }

    /// <summary>Nobody answers what is sent there from that place, not even that nothing listens.</summary>
    public bool IsSilent(int from, InstanceKey address)
    {
        var server = At(address);
        if ((server ?? left.GetValueOrDefault(address)) is not { } host) return true;
        return host.IsHostDown || (server is not null && server.IsPaused) || !world.Network.IsWholeBothWays(from, host.Place);
    }
}
