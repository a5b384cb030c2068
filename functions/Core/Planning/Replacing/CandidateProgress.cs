namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>How far a candidate is on its way to become the primary.</summary>
internal enum CandidateProgress
{
    /// <summary>Its applier stands still and has something to apply.</summary>
    Unstarted,
    /// <summary>The sibling it has to fetch from follows it: both ways at once would be a ring.</summary>
    Ringed,
    /// <summary>It has to get from a sibling what it lacks.</summary>
    Unfetched,
    /// <summary>It has not applied all there is.</summary>
    Unapplied,
    /// <summary>It has all that was chosen, and the sibling it fetched from may send it more.</summary>
    Receiving,
    /// <summary>A primary of earlier days accepts writes: two writers would diverge.</summary>
    FormerPrimaryIsOpen,
    /// <summary>An operator is asked first.</summary>
    Unapproved,
    /// <summary>It follows somebody still, or has another semi-sync role than a primary.</summary>
    Unprepared,
    /// <summary>It can be opened.</summary>
    Ready,
}
