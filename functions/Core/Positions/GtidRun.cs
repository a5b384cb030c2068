using System.Collections.Immutable;

namespace OrchestratorFunctions.Core.Positions;

/// <summary>
/// All numbers a <see cref="GtidSet"/> has of one source and tag; Intervals is a run and never empty.
/// </summary>
internal readonly record struct GtidRun(Guid Source, string Tag, ImmutableArray<GtidInterval> Intervals)
{
    /// <summary>The order MySQL prints: source as lower-case text, untagged first, then tags in byte order.</summary>
    internal static int Order(Guid leftSource, string leftTag, Guid rightSource, string rightTag)
    {
        var bySource = leftSource.CompareTo(rightSource);
        return bySource != 0 ? bySource : string.CompareOrdinal(leftTag, rightTag);
    }

    internal bool Is(GtidRun other) =>
        Source == other.Source && Tag == other.Tag && Intervals.AsSpan().SequenceEqual(other.Intervals.AsSpan());
}
