using System.Globalization;
using System.Text.Json;

namespace OrchestratorFunctions.Fleet;

/// <summary>A fleet that scripts/fleet starts and controls, whichever way it chose.</summary>
internal static class ScriptFleet
{
    public static async Task<(string Name, string Kind, IReadOnlyList<FleetServer> Servers)> StartAsync(FleetRequest request)
    {
        var name = Scripts.UniqueName();
        List<string> arguments =
        [
            "up", "--json", "--name", name,
            "--server", request.Server,
            "--replicas", request.Replicas.ToString(CultureInfo.InvariantCulture),
            "--owner-pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        ];
        if (request.SemiSync)
            arguments.Add("--semi-sync");
        if (request.Chain)
            arguments.Add("--chain");
        Scripts.TakeDownAtExit(name, () => TakeDown(name));
        using var fleet = JsonDocument.Parse(await Scripts.RunAsync("fleet", [.. arguments]));
        var servers = fleet.RootElement.GetProperty("servers").EnumerateArray().Select(server => Read(name, server)).ToList();
        return (name, fleet.RootElement.GetProperty("kind").GetString()!, servers);
    }

    public static void TakeDown(string name)
    {
        Scripts.Forget(name);
        Scripts.Run("fleet", "down", "--name", name);
    }

    private static FleetServer Read(string fleet, JsonElement server)
    {
        var port = server.GetProperty("port").GetInt32();
        return new FleetServer(
            server.GetProperty("host").GetString()!,
            port,
            server.GetProperty("serverUuid").GetString()!,
            new Control(fleet, port, server.GetProperty("dataDirectory").GetString()!));
    }

    private sealed class Control : IServerControl
    {
        private readonly string fleet, data;
        private readonly int port;
        private readonly OwnProcess process;
        private readonly bool isProcess;

        public Control(string fleet, int port, string data)
        {
            (this.fleet, this.port, this.data, process) = (fleet, port, data, new OwnProcess(data));
            // Asked while the server runs, so that a dead process is not taken for a container.
            isProcess = process.Exists;
        }

        public string ConfigurationFile => isProcess
            ? Path.Combine(Path.GetDirectoryName(data)!, "my.cnf")
            : throw new NotSupportedException("a container's configuration is not changed from here");

        public bool IsRunning => isProcess ? process.IsRunning : Scripts.Run("fleet", Arguments("state")).Trim() == "alive";

        public void Kill() => Do(process.BeKilled, "kill");

        public void Stop() => Do(process.BeStopped, "stop");

        public void Continue() => Do(process.BeContinued, "cont");

        public Task RestartAsync() => Scripts.RunAsync("fleet", Arguments("restart"));

        private void Do(Action signal, string fault)
        {
            if (isProcess) signal();
            else Scripts.Run("fleet", Arguments(fault));
        }

        private string[] Arguments(string fault) => [fault, port.ToString(CultureInfo.InvariantCulture), "--name", fleet];
    }
}
