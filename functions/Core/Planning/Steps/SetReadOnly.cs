using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Makes a server refuse writes, from privileged accounts too where the server can (super_read_only).
/// </summary>
public sealed record SetReadOnly(StepTarget Target) : ServerStep(Target)
{
    /// <summary>
    /// Commits that wait for semi-sync acknowledgements keep a server from becoming read-only. They are let through
    /// without them: their clients are cut off, then semi-sync is switched off. Only for a primary that was replaced,
    /// and for a server that was to take a place and did not: elsewhere the acknowledgements may yet come, and are
    /// owed. Not on MariaDB, where a client may be told that its commit is safe while it is cut off.
    /// </summary>
    public bool ReleasesCommits { get; init; }

    /// <summary>Closes a server that was replaced as primary.</summary>
    public static SetReadOnly OfFormerPrimary(Member former)
    {
        ArgumentNullException.ThrowIfNull(former);
        var waits = former is { IsFormerPrimary: true, Current: { } now } && MayRelease(now);
        return new(former.Key) { ReleasesCommits = waits };
    }

    /// <summary>
    /// Closes a replica that accepts writes. One without a link was told to wait as a writer, and nobody acknowledges.
    /// </summary>
    public static SetReadOnly OfReplica(Member replica)
    {
        ArgumentNullException.ThrowIfNull(replica);
        return new(replica.Key)
        {
            ReleasesCommits = replica.Current is { Links.IsEmpty: true } now && MayRelease(now),
        };
    }

    private static bool MayRelease(Instance instance) =>
        instance.SemiSync.SourceEnabled && instance.Version.Flavor != Positions.ServerFlavor.MariaDb;

    private const string Release =
        "; if commits wait for acknowledgements, cut off their clients and switch semi-sync off";

    public override string Says => $"Make {Target.Key} read-only{(ReleasesCommits ? Release : "")}";

    public override bool IsSatisfiedBy(Instance instance) =>
        instance.ReadOnly && !instance.IsReadOnlyPending
            && (instance.SuperReadOnly || instance.Version.Flavor == Positions.ServerFlavor.MariaDb);

    public override Topology Effect(Topology topology) =>
        Change(topology, i => i with
        {
            ReadOnly = true, IsReadOnlyPending = false,
            SuperReadOnly = i.Version.Flavor != Positions.ServerFlavor.MariaDb,
        });
}
