using System.Globalization;
using CsCheck;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Tests.Positions;

/// <summary>The interval walks at both ends of the number range, where an off-by-one overflows.</summary>
public class GtidIntervalsTests
{
    private const string Source = "0000000b-0000-0000-0000-00000000000b";
    private const long Top = GtidInterval.Highest;

    private static readonly Gen<GtidSet> NearBothEnds =
        Gen.Select(Gen.Bool, Gen.Int[0, 9], Gen.Int[0, 9], (high, x, y) => high
                ? new GtidInterval(Top - Math.Max(x, y), Top - Math.Min(x, y))
                : new GtidInterval(1 + Math.Min(x, y), 1 + Math.Max(x, y)))
            .Array[0, 6].Select(intervals => intervals.Aggregate(GtidSet.Empty, (set, i) => set.Union(Of(i.First, i.Last))));

    [Fact]
    public void The_complement_and_the_set_make_the_whole() => NearBothEnds.Sample(set =>
    {
        var whole = Of(1, Top);
        var rest = whole.Except(set);
        Assert.Equal(whole, rest.Union(set));
        Assert.Equal((UInt128)Top, rest.Count + set.Count);
        Assert.False(rest.Overlaps(set));
        Assert.Equal(set, whole.Except(rest));
        Assert.Equal(set, whole.Intersect(set));
        Assert.True(whole.Contains(set));
    });

    [Fact]
    public void Neighbours_are_always_apart() => Gen.Select(NearBothEnds, NearBothEnds).Sample((a, b) =>
    {
        foreach (var set in new[] { a.Union(b), a.Except(b), a.Intersect(b), GtidSet.Parse($"{a},{b}") })
        {
            var intervals = set.IntervalsOf(Guid.Parse(Source));
            Assert.All(intervals.Zip(intervals.Skip(1)), pair => Assert.True(pair.First.Last + 1 < pair.Second.First));
        }
    });

    [Fact]
    public void An_interval_that_spans_many_is_cut_around_each()
    {
        var holes = GtidSet.Parse(Source + string.Concat(Enumerable.Range(1, 5).Select(i => $":{i * 10}-{i * 10 + 1}")));
        Assert.Equal($"{Source}:1-9:12-19:22-29:32-39:42-49:52-60", Of(1, 60).Except(holes).ToString());
        Assert.Equal($"{Source}:10-11:20-21:30-31:40-41:50-51", Of(1, 60).Intersect(holes).ToString());
    }

    [Fact]
    public void A_hole_that_spans_several_intervals_takes_them_all() =>
        Assert.Equal($"{Source}:1:20", GtidSet.Parse($"{Source}:1-2:4-5:7:9-11:20").Except(Of(2, 19)).ToString());

    private static GtidSet Of(long first, long last) =>
        GtidSet.Parse(string.Create(CultureInfo.InvariantCulture, $"{Source}:{first}-{last}"));
}
