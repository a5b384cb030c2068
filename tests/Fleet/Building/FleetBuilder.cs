using OrchestratorFunctions.Fleet.Servers;
using OrchestratorFunctions.Fleet.State;

namespace OrchestratorFunctions.Fleet.Building;

/// <summary>Starts fleets and takes them down, each under the lock of its name.</summary>
internal static class FleetBuilder
{
    private const int Attempts = 5;

    /// <summary>Starts a primary and its replicas; a fleet of that name is replaced, unless it may be reused.</summary>
    /// <exception cref="FleetException">Why it cannot be had; nothing of it is left then.</exception>
    public static async Task<FleetSettings> UpAsync(FleetOrder order, CancellationToken cancel)
    {
        var folder = new FleetFolder(order.Name);
        using var held = await folder.LockAsync(isShared: false, cancel);
        SweepLeft(order.Name);
        if (folder.IsWhole && folder.Load() is { } there)
        {
            if (order.Reuse && order.IsMetBy(there) && await IsHealthyAsync(there, folder))
            {
                Scripts.Say($"The fleet '{order.Name}' is already running: {there.Way}, 127.0.0.1:{there.Primary} is the primary.");
                return there;
            }
            Scripts.Say($"Replacing the fleet '{order.Name}'.");
        }
        TakeDown(folder, withLock: false);
        try
        {
            return await BuildAsync(order, folder, cancel);
        }
        catch
        {
            TakeDown(folder, withLock: true);
            throw;
        }
    }

    /// <summary>Kills the servers with SIGKILL and removes their data.</summary>
    public static async Task DownAsync(string name, CancellationToken cancel)
    {
        var folder = new FleetFolder(name);
        using var held = await folder.LockAsync(isShared: false, cancel);
        TakeDown(folder, withLock: true);
    }

    /// <summary>The servers of a fleet, however they run.</summary>
    public static IServers ServersOf(FleetSettings settings, FleetFolder folder) =>
        settings.InContainers ? new ContainerServers(folder, settings) : new ProcessServers(folder, settings);

    /// <summary>Makes servers of that kind ready to start.</summary>
    /// <returns>Their version.</returns>
    /// <exception cref="FleetException">They cannot be had here (3).</exception>
    public static async Task<string> PrepareAsync(ServerKind kind, bool inContainers, CancellationToken cancel) =>
        inContainers ? ContainerServers.Prepare(kind) : await ProcessServers.PrepareAsync(kind, cancel);

    private static async Task<FleetSettings> BuildAsync(FleetOrder order, FleetFolder folder, CancellationToken cancel)
    {
        var request = order.Request;
        var settings = new FleetSettings
        {
            Name = order.Name, Server = request.Server, Replicas = request.Replicas, Chain = request.Chain, SemiSync = request.SemiSync,
            Version = await PrepareAsync(new(request.Server), order.InContainers, cancel), InContainers = order.InContainers,
            Sockets = "", Owner = order.Owner,
        };
        for (var attempt = 1; ; attempt++)
        {
            settings = await PortClaims.ClaimAsync(folder, settings, order.PortBase, attempt == 1 ? null : settings.PortBase + 10, cancel);
            var servers = ServersOf(settings, folder);
            var (failed, reason) = await StartAsync(settings, servers, cancel);
            if (reason is null)
            {
                await new Replication(settings, servers).ConnectAsync(cancel);
                FleetFolder.Write(folder.ReportFile, await FleetReport.JsonAsync(settings, folder));
                return settings;
            }
            // Another program took the port between our look and the server's start.
            var mayTryAgain = order.PortBase is null && attempt < Attempts && IsAboutPort(servers.ReasonOf(failed));
            if (!mayTryAgain) throw new FleetException(1, $"the server on port {failed} did not start: {reason}");
            foreach (var port in settings.Ports) servers.Remove(port);
        }
    }

    // Every server at once; the port of one that does not come up, and why.
    private static async Task<(int Port, string? Why)> StartAsync(FleetSettings settings, IServers servers, CancellationToken cancel)
    {
        await Task.WhenAll(settings.Ports.Select(p => servers.CreateAsync(p, p == settings.Primary, cancel)));
        var came = await Task.WhenAll(settings.Ports.Select(p => servers.AwaitAsync(p, cancel)));
        var which = Array.FindIndex(came, c => c is not null);
        if (which >= 0) return (settings.Ports[which], came[which]);
        if (settings.InContainers) await Task.WhenAll(settings.Ports.Select(p => servers.AskAsync(p, settings.Kind.EmptyGtids)));
        return (0, null);
    }

    private static bool IsAboutPort(string reason) =>
        reason.Contains("port", StringComparison.OrdinalIgnoreCase) || reason.Contains("bind", StringComparison.OrdinalIgnoreCase);

    private static async Task<bool> IsHealthyAsync(FleetSettings settings, FleetFolder folder)
    {
        var servers = ServersOf(settings, folder);
        var answers = await Task.WhenAll(settings.Ports.Select(async p =>
            servers.ConditionOf(p) == Condition.Alive && await servers.TryAskAsync(p, "SELECT 1", TimeSpan.FromSeconds(3)) is not null));
        return answers.All(a => a);
    }

    // Kills what is ours and removes the state; also after a crashed run.
    private static void TakeDown(FleetFolder folder, bool withLock)
    {
        if (folder.Load() is { } settings)
        {
            var servers = ServersOf(settings, folder);
            foreach (var port in settings.Ports) OrSay(() => servers.Remove(port));
            var isOwn = Path.GetFileName(settings.Sockets).StartsWith(ProcessServers.SocketsPrefix, StringComparison.Ordinal);
            if (isOwn && Directory.Exists(settings.Sockets)) Directory.Delete(settings.Sockets, recursive: true);
        }
        else KillUnknown(folder);
        folder.Remove(withLock);
    }

    // Its settings are broken, or another version of this program wrote them.
    private static void KillUnknown(FleetFolder folder)
    {
        foreach (var data in folder.EveryData()) OrSay(() => new OwnProcess(data).Become(Condition.Dead));
    }

    // One server or fleet that cannot be removed keeps nothing else from being removed.
    private static void OrSay(Action remove)
    {
        try
        {
            remove();
        }
        catch (Exception e) when (e is FleetException or IOException or UnauthorizedAccessException)
        {
            Scripts.Say(e.Message);
        }
    }

    // What nobody will come back for: fleets whose owner is gone, and those whose `up` crashed.
    private static void SweepLeft(string except)
    {
        foreach (var folder in FleetFolder.Every().Where(f => f.Name != except && f.IsLeft))
        {
            using var held = folder.TryLock();
            // Somebody works on it right now, or has meanwhile.
            if (held is null || !folder.IsLeft) continue;
            OrSay(() =>
            {
                TakeDown(folder, withLock: true);
                Scripts.Say($"Removed the fleet '{folder.Name}' that nobody owns any more.");
            });
        }
    }
}
