using System.Collections.Immutable;
using Intervals = System.Collections.Immutable.ImmutableArray<OrchestratorFunctions.Core.Positions.GtidInterval>;
using Runs = System.Collections.Immutable.ImmutableArray<OrchestratorFunctions.Core.Positions.GtidRun>;

namespace OrchestratorFunctions.Core.Positions;

/// <summary>Set arithmetic on runs sorted by source and tag: pairs those of the same source and tag in one walk over
/// both sides and leaves the numbers to <see cref="GtidIntervals"/>.</summary>
internal static class GtidRuns
{
    private static readonly Intervals Nothing = [];

    internal static Runs Union(Runs left, Runs right) => Combine(left, right, GtidIntervals.Union);

    internal static Runs Except(Runs left, Runs right) => Combine(left, right, GtidIntervals.Except);

    internal static Runs Intersect(Runs left, Runs right) => Combine(left, right, GtidIntervals.Intersect);

    internal static bool Contains(Runs outer, Runs inner) =>
        Pairs(outer, inner).All(pair => GtidIntervals.Contains(pair.Left, pair.Right));

    internal static bool Overlaps(Runs left, Runs right) =>
        Pairs(left, right).Any(pair => GtidIntervals.Overlaps(pair.Left, pair.Right));

    private static Runs Combine(Runs left, Runs right, Func<Intervals, Intervals, Intervals> arithmetic)
    {
        var combined = ImmutableArray.CreateBuilder<GtidRun>();
        foreach (var pair in Pairs(left, right))
        {
            var intervals = arithmetic(pair.Left, pair.Right);
            if (!intervals.IsEmpty) combined.Add(new GtidRun(pair.Source, pair.Tag, intervals));
        }

        return combined.DrainToImmutable();
    }

    private static IEnumerable<Pair> Pairs(Runs left, Runs right)
    {
        for (int l = 0, r = 0; l < left.Length || r < right.Length;)
        {
            var order = l == left.Length ? 1 : r == right.Length ? -1
                : GtidRun.Order(left[l].Source, left[l].Tag, right[r].Source, right[r].Tag);
            var named = order <= 0 ? left[l] : right[r];
            yield return new Pair(named.Source, named.Tag,
                order <= 0 ? left[l++].Intervals : Nothing,
                order >= 0 ? right[r++].Intervals : Nothing);
        }
    }

    private readonly record struct Pair(Guid Source, string Tag, Intervals Left, Intervals Right);
}
