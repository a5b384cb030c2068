using OrchestratorFunctions.Fleet.Building;
using OrchestratorFunctions.Fleet.Servers;
using OrchestratorFunctions.Fleet.State;

namespace OrchestratorFunctions.Fleet;

/// <summary>Faults on one server. Several at once may be made, but not while the fleet is built or taken down.</summary>
internal static class FleetFaults
{
    /// <summary>A fleet that is there, and its settings.</summary>
    /// <exception cref="FleetException">There is none of that name.</exception>
    public static (FleetFolder Folder, FleetSettings Settings) Find(string name)
    {
        var folder = new FleetFolder(name);
        return folder.IsWhole && folder.Load() is { } settings ? (folder, settings) : throw new FleetException(1, $"there is no fleet '{name}'.");
    }

    /// <summary>Kills, stops or continues it.</summary>
    public static Task MakeAsync(string name, int port, Condition condition, CancellationToken cancel) =>
        OnAsync(name, port, (servers, _, _) =>
        {
            servers.Make(port, condition);
            return Task.CompletedTask;
        }, cancel);

    public static async Task<Condition> ReadAsync(string name, int port, CancellationToken cancel)
    {
        var condition = Condition.Dead;
        await OnAsync(name, port, (servers, _, _) =>
        {
            condition = servers.ConditionOf(port);
            return Task.CompletedTask;
        }, cancel);
        return condition;
    }

    /// <summary>Starts it again with the data it has, writable, and waits until it answers.</summary>
    /// <exception cref="FleetException">It did not start: what its log says.</exception>
    public static Task RestartAsync(string name, int port, CancellationToken cancel) =>
        OnAsync(name, port, async (servers, folder, settings) =>
        {
            using var own = await FileLock.TakeAsync(Path.Combine(folder.Of(port), "lock"), cancel: cancel);
            servers.Make(port, Condition.Dead);
            await servers.LaunchAsync(port);
            if (await servers.AwaitAsync(port, cancel) is { } why) throw new FleetException(1, $"the server on port {port} did not start: {why}");
            using var report = await FileLock.TakeAsync(Path.Combine(folder.Root, "json.lock"), cancel: cancel);
            FleetFolder.Write(folder.ReportFile, await FleetReport.JsonAsync(settings, folder));
        }, cancel);

    private static async Task OnAsync(
        string name, int port, Func<IServers, FleetFolder, FleetSettings, Task> act, CancellationToken cancel)
    {
        _ = Find(name);
        using var held = await new FleetFolder(name).LockAsync(isShared: true, cancel);
        var (folder, settings) = Find(name);
        if (!settings.Ports.Contains(port))
            throw new FleetException(2, $"the fleet '{name}' has no server on port {port}; it has: {string.Join(' ', settings.Ports)}");
        await act(FleetBuilder.ServersOf(settings, folder), folder, settings);
    }
}
