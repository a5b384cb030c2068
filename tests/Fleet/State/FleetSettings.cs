using System.Text.Json.Serialization;
using OrchestratorFunctions.Fleet.Servers;

namespace OrchestratorFunctions.Fleet.State;

/// <summary>What a fleet was asked to be and how it runs, as it is kept beside its servers.</summary>
public sealed record FleetSettings
{
    public required string Name { get; init; }

    /// <summary>mysql-9.7 and so on (<see cref="ServerKind.Names"/>).</summary>
    public required string Server { get; init; }

    public required string Version { get; init; }

    /// <summary>In containers; else as processes of this machine.</summary>
    public bool InContainers { get; init; }

    public int Replicas { get; init; }

    /// <summary>Each replica follows the server before it, instead of all the primary.</summary>
    public bool Chain { get; init; }

    public bool SemiSync { get; init; }

    /// <summary>The primary has the port after it, the replicas those that follow.</summary>
    public int PortBase { get; init; }

    /// <summary>The folder of the servers' sockets, whose path has to be short.</summary>
    public required string Sockets { get; init; }

    public Owner? Owner { get; init; }

    [JsonIgnore]
    public ServerKind Kind => new(Server);

    /// <summary>For people: "unpacked mysql-9.7" or "docker mysql:9.7".</summary>
    [JsonIgnore]
    public string Way => InContainers ? $"docker {Kind.Image}" : $"unpacked {Server}";

    [JsonIgnore]
    public int Primary => PortBase + 1;

    [JsonIgnore]
    public int[] Ports => [.. Enumerable.Range(Primary, Replicas + 1)];

    /// <summary>The port it starts out following; null for the primary.</summary>
    public int? SourceOf(int port) => port == Primary ? null : Chain ? port - 1 : Primary;
}
