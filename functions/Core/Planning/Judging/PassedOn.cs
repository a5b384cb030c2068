using System.Globalization;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// What a replica that cannot be seen has passed on to replicas of its own. One that acknowledges does so when it has
/// received a commit, and passes it on when it has executed it. So what it acknowledged in its last moment may be
/// nowhere else, and its replicas do not stand for it (decision 0030). They do have what it was last seen to have.
/// </summary>
public static class PassedOn
{
    /// <summary>
    /// Who below the unseen replicas has all that those were last seen to have, and how old that is: it lets a person
    /// decide whether something may be lost. Empty when nobody has.
    /// </summary>
    public static string Says(Topology topology, Member primary, IEnumerable<Member> unseen)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(unseen);
        var domains = ClusterDomains.Of(topology, primary);
        return string.Join("; ", unseen.Select(gone => Says(topology, gone, domains)).Where(s => s.Length > 0));
    }

    private static string Says(Topology topology, Member gone, ClusterDomains domains)
    {
        if (gone is not { LastSeen: { } last, LastSeenAt: { } at }) return "";
        var had = domains.ReachableBy(last);
        var heir = topology.DescendantsOf(gone.Key).Order().Select(key => topology[key]!.Current)
            .FirstOrDefault(now => now is not null && now.AllReceived.Contains(had));
        return heir is null ? "" : $"{heir.Key}, which is below {gone.Key}, has all that {gone.Key} was seen to have "
            + $"{Words(topology.TakenAt - at)} before; what {gone.Key} acknowledged after that is not known";
    }

    private static string Words(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalSeconds):0.#} s");
}
