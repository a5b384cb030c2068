using OrchestratorFunctions.Core.Naming;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// Finds what a name means among clusters that change with every look: their names are read anew once a second, and
/// when a name is not what it was.
/// </summary>
internal sealed class LiveNames(TimeProvider time)
{
    private static readonly TimeSpan ReadEach = TimeSpan.FromSeconds(1);

    private Kept? last;

    /// <summary>Null when the name means none of them, or several.</summary>
    public ClusterView? Find(string name, ClusterView[] all)
    {
        if (last is { } kept && time.GetElapsedTime(kept.At) < ReadEach && Find(kept.Book, name, all) is { } found)
            return found;
        var read = BookOf(all);
        last = new Kept(read, time.GetTimestamp());
        return Find(read, name, all);
    }

    public static NameBook BookOf(IEnumerable<ClusterView> all) =>
        new([.. all.Select(v => NamedCluster.Of(v.Topology))]);

    // It is what it was when the cluster by itself has that name still.
    private static ClusterView? Find(NameBook book, string name, ClusterView[] all) =>
        book.Cluster(name).Cluster is { } cluster
        && Array.Find(all, v => v.Topology.Cluster == cluster.Id) is { } view
        && BookOf([view]).Cluster(name).Cluster is not null
            ? view
            : null;

    private sealed record Kept(NameBook Book, long At);
}
