using CsCheck;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Tests.Positions;

/// <summary>Set arithmetic against the naive sets of <see cref="WrittenGtids"/>, and the laws it must keep.</summary>
public class GtidRunsTests
{
    private static readonly Gen<(WrittenGtids Left, WrittenGtids Right)> Two = Gen.Select(WrittenGtids.Any, WrittenGtids.Any);

    private static readonly Gen<(GtidSet A, GtidSet B, GtidSet C)> Three =
        Gen.Select(WrittenGtids.Any, WrittenGtids.Any, WrittenGtids.Any,
            (a, b, c) => (GtidSet.Parse(a.Text), GtidSet.Parse(b.Text), GtidSet.Parse(c.Text)));

    [Fact]
    public void Parsing_and_formatting_agree_with_the_members() => WrittenGtids.Any.Sample(written =>
    {
        var set = GtidSet.Parse(written.Text);
        var canonical = WrittenGtids.Canonical(written.Members);
        Assert.Equal(canonical, set.ToString());
        Assert.Equal(set, GtidSet.Parse(canonical));
        Assert.Equal((UInt128)written.Members.Count, set.Count);
        Assert.Equal(written.Members.Count == 0, set.IsEmpty);
        Assert.Equal(written.Members.Select(m => m.Source).Distinct().Order(), set.Sources);
    });

    [Fact]
    public void Singles_are_the_members() => WrittenGtids.Any.Sample(written =>
        written.Members.SetEquals(GtidSet.Parse(written.Text).Gtids(int.MaxValue).Select(g => (g.Source, g.Tag, g.Number))));

    [Fact]
    public void Union_is_the_union_of_members() => Two.Sample((left, right) => Assert.Equal(
        WrittenGtids.Canonical(left.Members.Union(right.Members)),
        GtidSet.Parse(left.Text).Union(GtidSet.Parse(right.Text)).ToString()));

    [Fact]
    public void Except_is_the_difference_of_members() => Two.Sample((left, right) => Assert.Equal(
        WrittenGtids.Canonical(left.Members.Except(right.Members)),
        GtidSet.Parse(left.Text).Except(GtidSet.Parse(right.Text)).ToString()));

    [Fact]
    public void Intersect_is_the_intersection_of_members() => Two.Sample((left, right) => Assert.Equal(
        WrittenGtids.Canonical(left.Members.Intersect(right.Members)),
        GtidSet.Parse(left.Text).Intersect(GtidSet.Parse(right.Text)).ToString()));

    [Fact]
    public void Contains_and_overlaps_agree_with_the_members() => Two.Sample((left, right) =>
    {
        var (a, b) = (GtidSet.Parse(left.Text), GtidSet.Parse(right.Text));
        Assert.Equal(left.Members.IsSupersetOf(right.Members), a.Contains(b));
        Assert.Equal(left.Members.Overlaps(right.Members), a.Overlaps(b));
        Assert.True(a.Union(b).Contains(a));
        Assert.True(a.Contains(a.Intersect(b)));
    });

    [Fact]
    public void Equality_and_hash_agree_with_the_members() => Two.Sample((left, right) =>
    {
        var (a, b) = (GtidSet.Parse(left.Text), GtidSet.Parse(right.Text));
        Assert.Equal(left.Members.SetEquals(right.Members), a.Equals(b));
        var same = a.Except(b).Union(a.Intersect(b));
        Assert.Equal(a, same);
        Assert.Equal(a.GetHashCode(), same.GetHashCode());
        Assert.Equal(a.ToString(), same.ToString());
    });

    [Fact]
    public void One_transaction_is_found_and_added_like_a_member() => Gen.Select(WrittenGtids.Any, WrittenGtids.Any).Sample((written, others) =>
    {
        var set = GtidSet.Parse(written.Text);
        foreach (var (source, tag, number) in others.Members.Take(5))
        {
            var gtid = new Gtid(source, tag, number);
            Assert.Equal(written.Members.Contains((source, tag, number)), set.Contains(gtid));
            Assert.Equal(WrittenGtids.Canonical(written.Members.Append((source, tag, number)).ToHashSet()), set.Add(gtid).ToString());
        }
    });

    [Fact]
    public void Dropping_sources_drops_their_members() => Two.Sample((written, others) =>
    {
        var dropped = others.Members.Take(3).Select(m => m.Source).ToHashSet();
        Assert.Equal(
            WrittenGtids.Canonical(written.Members.Where(m => !dropped.Contains(m.Source))),
            GtidSet.Parse(written.Text).WithoutSources(dropped).ToString());
    });

    [Fact]
    public void The_laws_of_sets_hold() => Three.Sample((a, b, c) =>
    {
        Assert.Equal(a.Union(b), b.Union(a));
        Assert.Equal(a.Union(b).Union(c), a.Union(b.Union(c)));
        Assert.Equal(a.Intersect(b.Union(c)), a.Intersect(b).Union(a.Intersect(c)));
        Assert.Equal(a.Except(b.Union(c)), a.Except(b).Except(c));
        Assert.Equal(a.Except(a.Except(b)), a.Intersect(b));
        Assert.Equal(a.Count + b.Count, a.Union(b).Count + a.Intersect(b).Count);
        Assert.Equal(a.Contains(b), b.Except(a).IsEmpty);
        Assert.True(!(a.Contains(b) && b.Contains(c)) || a.Contains(c));
    });
}
