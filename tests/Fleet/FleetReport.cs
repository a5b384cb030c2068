using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrchestratorFunctions.Fleet.Building;
using OrchestratorFunctions.Fleet.Servers;
using OrchestratorFunctions.Fleet.State;

namespace OrchestratorFunctions.Fleet;

/// <summary>A fleet for programs and for people.</summary>
internal static class FleetReport
{
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>What it is, as <c>up --json</c> prints it and <c>fleet.json</c> keeps it.</summary>
    public static async Task<string> JsonAsync(FleetSettings settings, FleetFolder folder) =>
        Text(settings, await Task.WhenAll(settings.Ports.Select(p => OfAsync(settings, folder, p))));

    /// <summary>The same, with how each server is now.</summary>
    public static async Task<string> StatusJsonAsync(FleetSettings settings, FleetFolder folder) => Text(settings,
        await Task.WhenAll(settings.Ports.Select(async p =>
        {
            var now = await LookAsync(settings, folder, p);
            return new ServerStatus(await OfAsync(settings, folder, p))
            {
                State = now.State, Source = now.Source, ReadOnly = now.ReadOnly switch { "ON" => true, "OFF" => false, _ => null },
            };
        })));

    /// <summary>The server_uuid, which an image makes itself; empty for MariaDB.</summary>
    public static async Task<string> UuidAsync(FleetSettings settings, FleetFolder folder, int port) =>
        settings is { InContainers: true, Kind.IsMariaDb: false }
            ? await FleetBuilder.ServersOf(settings, folder).TryAskAsync(port, "SELECT @@server_uuid", Patience) ?? ""
            : settings.Kind.UuidOf(port);

    public static string Line(FleetSettings settings)
    {
        var replicas = string.Join(", ", settings.Ports.Skip(1));
        return $"Fleet {settings.Name} ({settings.Way}): primary 127.0.0.1:{settings.Primary}{(replicas.Length > 0 ? $", replicas on ports {replicas}" : "")}";
    }

    /// <summary>A line a server: alive, stopped or dead, role, read_only, source.</summary>
    public static async Task<string> TableAsync(FleetSettings settings, FleetFolder folder)
    {
        var looks = await Task.WhenAll(settings.Ports.Select(async p => (Port: p, Look: await LookAsync(settings, folder, p))));
        string[] lines =
        [
            Columns("server", "state", "role", "read_only", "source"),
            .. looks.Select(l => Columns($"127.0.0.1:{l.Port}", l.Look.State, Role(l.Look), l.Look.ReadOnly ?? "-", l.Look.Source ?? "-")),
        ];
        return string.Join('\n', lines);

        static string Role((string State, string? ReadOnly, string? Source) look) =>
            look.State != "alive" ? "-" : look.Source is null ? "primary" : "replica";
    }

    private static string Columns(string server, string state, string role, string readOnly, string source) =>
        $"{server,-16} {state,-8} {role,-8} {readOnly,-10} {source}";

    private static async Task<(string State, string? ReadOnly, string? Source)> LookAsync(FleetSettings settings, FleetFolder folder, int port)
    {
        var servers = FleetBuilder.ServersOf(settings, folder);
        var condition = servers.ConditionOf(port);
        var state = condition.ToString().ToLowerInvariant();
        if (condition != Condition.Alive) return (state, null, null);
        var readOnly = await servers.TryAskAsync(port, "SELECT IF(@@GLOBAL.read_only, 'ON', 'OFF')", Patience) ?? "?";
        return (state, readOnly, await SourceAsync(settings, servers, port));
    }

    // The address it follows now.
    private static async Task<string?> SourceAsync(FleetSettings settings, IServers servers, int port)
    {
        try
        {
            var row = await servers.RowAsync(port, settings.Kind.ReplicationStatus, Patience);
            var (host, its) = (Of("Host"), Of("Port"));
            return string.IsNullOrEmpty(host) ? null : $"{host}:{its}";

            string? Of(string part) =>
                row.FirstOrDefault(c => c.Name.Equals($"{settings.Kind.SourceWord}_{part}", StringComparison.OrdinalIgnoreCase)).Value;
        }
        catch (FleetException)
        {
            return null;
        }
    }

    private static async Task<ServerReport> OfAsync(FleetSettings settings, FleetFolder folder, int port)
    {
        var servers = FleetBuilder.ServersOf(settings, folder);
        var uuid = await UuidAsync(settings, folder, port);
        var source = settings.SourceOf(port);
        return new(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "127.0.0.1", port, uuid, port, servers.PidOf(port),
            source is null ? "primary" : "replica", source, folder.DataOf(port));
    }

    private static string Text(FleetSettings settings, IEnumerable<object> servers) => JsonSerializer.Serialize(new
    {
        settings.Name, settings.Server, settings.Version, kind = settings.Way, settings.SemiSync, settings.Chain, settings.PortBase, servers,
    }, Json);

    private record ServerReport(
        string Key, string Host, int Port, string ServerUuid, int ServerId, int Pid, string Role, int? SourcePort, string DataDirectory);

    private sealed record ServerStatus : ServerReport
    {
        public ServerStatus(ServerReport report) : base(report)
        {
        }

        public required string State { get; init; }
        public bool? ReadOnly { get; init; }
        public string? Source { get; init; }
    }
}
