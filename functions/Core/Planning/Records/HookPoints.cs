using System.Collections.Immutable;

namespace OrchestratorFunctions.Core.Planning.Records;

/// <summary>The points of one kind of plan, each list in the order in which its hooks run.</summary>
/// <param name="Before">Before anything is changed: a hook that fails there ends the plan.</param>
/// <param name="After">When the plan has reached its end.</param>
/// <param name="Failed">When it has begun and does not reach its end.</param>
public sealed record HookPoints(
    ImmutableArray<HookPoint> Before, ImmutableArray<HookPoint> After, ImmutableArray<HookPoint> Failed)
{
    /// <summary>No hook runs.</summary>
    public static HookPoints None { get; } = new([], [], []);

    /// <summary>As records and hooks are given it.</summary>
    public static string NameOf(HookPoint point) => point switch
    {
        HookPoint.Detection => "detection",
        HookPoint.PreTakeover => "pre-takeover",
        HookPoint.PreFailover => "pre-failover",
        HookPoint.PostPrimaryFailover => "post-primary-failover",
        HookPoint.PostIntermediateFailover => "post-intermediate-failover",
        HookPoint.PostFailover => "post-failover",
        HookPoint.PostTakeover => "post-takeover",
        HookPoint.PostTakeSource => "post-take-source",
        HookPoint.Unsuccessful => "unsuccessful",
        _ => throw new ArgumentOutOfRangeException(nameof(point), point, "no such point"),
    };

    /// <summary>Whether the hooks of a point run before anything is changed.</summary>
    public static bool IsBefore(HookPoint point) =>
        point is HookPoint.Detection or HookPoint.PreTakeover or HookPoint.PreFailover;
}
