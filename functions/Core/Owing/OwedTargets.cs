using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Owing;

/// <summary>Which targets of a ledger are still asked of a server.</summary>
internal static class OwedTargets
{
    /// <summary>
    /// What it lacked when it became the writer was named then: nothing more is lost when it is opened again.
    /// </summary>
    internal static IEnumerable<LedgerEntry.Target> AskedOf(InstanceKey key, Ledger ledger) =>
        Since(ledger, e => e is LedgerEntry.Writer && e.Key == key);

    /// <summary>Targets that were written after the last such entry.</summary>
    internal static IEnumerable<LedgerEntry.Target> Since(Ledger ledger, Func<LedgerEntry, bool> isSuch) =>
        ledger.Entries.Reverse().TakeWhile(e => !isSuch(e)).Reverse().OfType<LedgerEntry.Target>();

    internal static bool Contains(Instance now, LedgerEntry.Target target) =>
        now.Gtid.Executed.GetType() == target.Position.GetType() && now.Gtid.Executed.Contains(target.Position);
}
