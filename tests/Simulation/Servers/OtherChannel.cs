using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Simulation.Servers;

/// <summary>
/// A second replication channel of a server, from a source outside of the cluster that sends nothing but heartbeats. It
/// belongs to somebody else: whoever stops, moves or removes it breaks S12.
/// </summary>
public sealed class OtherChannel(ModelServer server)
{
    public const string Name = "aux";

    public static readonly InstanceKey Source = new("elsewhere", InstanceKey.DefaultPort);

    public ReplicationLink Link => new()
    {
        Source = Source, Channel = Name, AutoPosition = true,
        SourceUuid = server.Flavour.Uuid is null ? null : Sighting.UuidText(7), Received = server.Flavour.ReceivedElsewhere,
        Receiver = ReplicationThread.Running, Applier = ReplicationThread.Running, LagSeconds = 0,
        SilentFor = TimeSpan.Zero, HeartbeatInterval = TimeSpan.FromTicks(server.Shape.Heartbeat),
    };

    /// <summary>A statement without a name is about every channel; one that names another is not about this one.</summary>
    public static bool IsMeant(string? channel) => channel is null or Name;

    /// <summary>A statement of a plan does something to it.</summary>
    public void Change(Statement statement) =>
        server.World.Judge.Report("S12", $"'{statement}' is about the channel {Name} of {server.Name} too, which is no plan's");
}
