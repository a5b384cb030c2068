using System.Collections.Immutable;

namespace OrchestratorFunctions.Core.Positions;

/// <summary>
/// Arithmetic on runs of intervals. A run is sorted, and at least one number is missing between neighbours;
/// every answer is a run again. Each walk is linear in the number of intervals, never in the numbers they cover.
/// </summary>
internal static class GtidIntervals
{
    /// <summary>Makes a run of intervals that are sorted by First but may overlap or touch.</summary>
    internal static ImmutableArray<GtidInterval> Merge(IEnumerable<GtidInterval> sorted)
    {
        var run = new RunBuilder();
        foreach (var interval in sorted) run.Add(interval);
        return run.Build();
    }

    internal static ImmutableArray<GtidInterval> Union(
        ImmutableArray<GtidInterval> left, ImmutableArray<GtidInterval> right)
    {
        var run = new RunBuilder();
        for (int l = 0, r = 0; l < left.Length || r < right.Length;)
        {
            var takeLeft = r == right.Length || (l < left.Length && left[l].First <= right[r].First);
            run.Add(takeLeft ? left[l++] : right[r++]);
        }

        return run.Build();
    }

    internal static ImmutableArray<GtidInterval> Except(
        ImmutableArray<GtidInterval> left, ImmutableArray<GtidInterval> right)
    {
        var run = new RunBuilder();
        var r = 0;
        foreach (var interval in left)
        {
            var first = interval.First;
            while (r < right.Length && right[r].Last < first) r++;
            while (first <= interval.Last && r < right.Length && right[r].First <= interval.Last)
            {
                if (first < right[r].First) run.Add(new GtidInterval(first, right[r].First - 1));
                first = right[r].Last + 1;
                if (right[r].Last <= interval.Last) r++;
            }

            if (first <= interval.Last) run.Add(new GtidInterval(first, interval.Last));
        }

        return run.Build();
    }

    internal static ImmutableArray<GtidInterval> Intersect(
        ImmutableArray<GtidInterval> left, ImmutableArray<GtidInterval> right)
    {
        var run = new RunBuilder();
        for (int l = 0, r = 0; l < left.Length && r < right.Length;)
        {
            var first = Math.Max(left[l].First, right[r].First);
            var last = Math.Min(left[l].Last, right[r].Last);
            if (first <= last) run.Add(new GtidInterval(first, last));
            if (left[l].Last < right[r].Last) l++;
            else r++;
        }

        return run.Build();
    }

    internal static bool Contains(ImmutableArray<GtidInterval> outer, ImmutableArray<GtidInterval> inner)
    {
        var o = 0;
        foreach (var interval in inner)
        {
            while (o < outer.Length && outer[o].Last < interval.First) o++;
            if (o == outer.Length || outer[o].First > interval.First || outer[o].Last < interval.Last) return false;
        }

        return true;
    }

    internal static bool Overlaps(ImmutableArray<GtidInterval> left, ImmutableArray<GtidInterval> right)
    {
        for (int l = 0, r = 0; l < left.Length && r < right.Length;)
        {
            if (left[l].Last < right[r].First) l++;
            else if (right[r].Last < left[l].First) r++;
            else return true;
        }

        return false;
    }

    /// <summary>Collects intervals that come sorted by First and melts those that overlap or touch.</summary>
    private sealed class RunBuilder
    {
        private readonly ImmutableArray<GtidInterval>.Builder _run = ImmutableArray.CreateBuilder<GtidInterval>();

        internal void Add(GtidInterval next)
        {
            if (_run.Count == 0 || _run[^1].Last + 1 < next.First) _run.Add(next);
            else if (_run[^1].Last < next.Last) _run[^1] = new GtidInterval(_run[^1].First, next.Last);
        }

        internal ImmutableArray<GtidInterval> Build() => _run.DrainToImmutable();
    }
}
