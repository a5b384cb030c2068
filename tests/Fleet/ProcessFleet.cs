using OrchestratorFunctions.Fleet.Building;
using OrchestratorFunctions.Fleet.Servers;
using OrchestratorFunctions.Fleet.State;

namespace OrchestratorFunctions.Fleet;

/// <summary>A fleet of this process, as <c>scripts/fleet up</c> starts it; it is taken down when the process ends.</summary>
internal static class ProcessFleet
{
    public static async Task<(string Name, string Kind, IReadOnlyList<FleetServer> Servers)> StartAsync(FleetRequest request)
    {
        var name = Scripts.UniqueName();
        Scripts.TakeDownAtExit(name, () => TakeDown(name));
        var settings = await FleetBuilder.UpAsync(new(name, request)
        {
            Owner = Owner.Of(Environment.ProcessId), InContainers = Docker.Answers,
        }, CancellationToken.None);
        return (name, settings.Way, await Task.WhenAll(settings.Ports.Select(p => ServerOfAsync(settings, p))));
    }

    public static void TakeDown(string name)
    {
        Scripts.Forget(name);
        FleetBuilder.DownAsync(name, CancellationToken.None).GetAwaiter().GetResult();
    }

    private static async Task<FleetServer> ServerOfAsync(FleetSettings settings, int port) =>
        new("127.0.0.1", port, await FleetReport.UuidAsync(settings, new(settings.Name), port), new Control(settings, port));

    private sealed class Control(FleetSettings settings, int port) : IServerControl
    {
        private readonly IServers servers = FleetBuilder.ServersOf(settings, new(settings.Name));

        public string ConfigurationFile => !settings.InContainers
            ? Path.Combine(new FleetFolder(settings.Name).Of(port), "my.cnf")
            : throw new NotSupportedException("a container's configuration is not changed from here");

        public bool IsRunning => servers.ConditionOf(port) == Condition.Alive;

        public void Kill() => servers.Make(port, Condition.Dead);

        public void Stop() => servers.Make(port, Condition.Stopped);

        public void Continue() => servers.Make(port, Condition.Alive);

        public Task RestartAsync() => FleetFaults.RestartAsync(settings.Name, port, CancellationToken.None);
    }
}
