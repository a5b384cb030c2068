using System.Text.RegularExpressions;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>Whether a record names what is lost by its numbers.</summary>
internal static class NamedLosses
{
    private static readonly Regex Sets = new("[0-9a-f]{8}-[0-9a-f-]{27}(:[0-9]+(-[0-9]+)?)+", RegexOptions.CultureInvariant);
    private static readonly Regex Entries = new("(?<![0-9-])[0-9]+-[0-9]+-[0-9]+(?![0-9-])", RegexOptions.CultureInvariant);

    /// <summary>
    /// What an earlier candidate was chosen for is known to have been within reach: its loss is named. Null when all is.
    /// </summary>
    public static Transaction? Unnamed(Transaction[] lost, Recovery recovery, string says)
    {
        GtidPosition[] known = [.. recovery.Stages.Select(s => s.Stage.Choice?.Position).OfType<GtidPosition>()];
        GtidPosition[] named = lost[0].Sequence == 0
            ? [.. Sets.Matches(says).Select(m => GtidSet.Parse(m.Value))]
            : [.. Entries.Matches(says).Select(m => MariaDbGtidSet.Parse(m.Value))];
        return lost.FirstOrDefault(t => known.Any(k => IsIn(k, t)) && !named.Any(n => IsIn(n, t)));
    }

    // MariaDB names the last transaction of a server in a domain, with all that it wrote there before.
    private static bool IsIn(GtidPosition all, Transaction one) => all switch
    {
        GtidSet set => set.Contains(GtidSet.Of(TransactionSet.Uuid(one.Origin), "", new GtidInterval(one.Number, one.Number))),
        MariaDbGtidSet set => set.Entries.Any(e => (e.Domain, e.Server) == (one.Gtid.Domain, one.Gtid.Server) && e.Sequence >= one.Gtid.Sequence),
        _ => false,
    };
}
