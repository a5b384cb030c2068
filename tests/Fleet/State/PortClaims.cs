using System.Net.NetworkInformation;
using OrchestratorFunctions.Fleet.Servers;

namespace OrchestratorFunctions.Fleet.State;

/// <summary>Finds ports that are free and keeps them from the fleets that are built beside.</summary>
internal static class PortClaims
{
    private const int First = 3300, Step = 10, Last = 65535;

    /// <summary>The settings with ports and a folder for sockets, saved under a lock of all fleets.</summary>
    /// <param name="from">The base to begin with; null for the first one.</param>
    /// <exception cref="FleetException">The ports that were asked for are taken, or none are left.</exception>
    public static async Task<FleetSettings> ClaimAsync(FleetFolder folder, FleetSettings wanted, int? given, int? from, CancellationToken cancel)
    {
        using var held = await FileLock.TakeAsync(Path.Combine(FleetFolder.All, ".ports.lock"), cancel: cancel);
        var taken = Taken(folder);
        var claimed = wanted with { PortBase = given ?? from ?? First };
        if (given is not null && claimed.Ports.FirstOrDefault(taken.Contains) is > 0 and var port)
            throw new FleetException(1, $"port {port} is taken; choose another --port-base, or none to get a free one.");
        while (given is null && claimed.Ports.Any(taken.Contains)) claimed = claimed with { PortBase = claimed.PortBase + Step };
        if (claimed.Ports[^1] > Last) throw new FleetException(1, "no free ports are left.");
        if (claimed.Sockets.Length == 0) claimed = claimed with { Sockets = Directory.CreateDirectory(NewSockets()).FullName };
        folder.Save(claimed);
        return claimed;
    }

    // Ports of other fleets count whether their servers run or not.
    private static HashSet<int> Taken(FleetFolder own) =>
    [
        .. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(l => l.Port),
        .. FleetFolder.Every().Where(f => f.Name != own.Name).SelectMany(f => f.Load()?.Ports ?? []),
    ];

    // A socket's path has to stay below 108 bytes.
    private static string NewSockets()
    {
        const int Longest = 70;
        var temporary = Path.GetTempPath();
        return Path.Combine(temporary.Length < Longest ? temporary : "/tmp", $"{ProcessServers.SocketsPrefix}{Guid.NewGuid().ToString("n")[..8]}");
    }
}
