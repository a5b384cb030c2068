using System.Collections.Immutable;

namespace OrchestratorFunctions.Core.Positions;

/// <summary>A binary log file, and those of the transactions that were looked for which stand in it.</summary>
public sealed record LoggedIn(string File, GtidSet Transactions);

/// <summary>
/// In which binary log files of a MySQL server some transactions stand. Each file begins with the set that the server
/// had executed before it (the event Previous_gtids), so a file has what the next one begins with beyond its own
/// beginning. Files are told from the newest to the oldest. Immutable.
/// </summary>
public sealed record LogSearch
{
    private readonly GtidSet after;

    private LogSearch(GtidSet left, GtidSet after) => (Left, this.after) = (left, after);

    /// <summary>What was not found in the files that were told yet.</summary>
    public GtidSet Left { get; private init; }

    /// <summary>The files that have some of it, oldest first.</summary>
    public ImmutableArray<LoggedIn> Found { get; private init; } = [];

    /// <summary>How many files were told.</summary>
    public int Told { get; private init; }

    /// <summary>Older files have nothing of it.</summary>
    public bool IsOver => Left.IsEmpty;

    /// <param name="executed">What the server has executed. What it has not is looked for in vain.</param>
    public static LogSearch For(GtidSet wanted, GtidSet executed)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return new(wanted, executed ?? throw new ArgumentNullException(nameof(executed)));
    }

    /// <summary>The same with the next older file.</summary>
    /// <param name="before">What the file begins with: executed before its first transaction.</param>
    public LogSearch Older(string file, GtidSet before)
    {
        ArgumentNullException.ThrowIfNull(before);
        var here = after.Except(before).Intersect(Left);
        return new(Left.Except(here), before)
        {
            Found = here.IsEmpty ? Found : Found.Insert(0, new(file, here)), Told = Told + 1,
        };
    }
}
