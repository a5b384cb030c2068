namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>How far the replacement of a dead primary is: computed from the record and from what is seen.</summary>
internal enum DeadPrimaryProgress
{
    /// <summary>Nothing was done yet.</summary>
    NotBegun,
    /// <summary>There is no candidate, or the one there was cannot be kept.</summary>
    Unchosen,
    /// <summary>There is a candidate; <see cref="Candidacy.Progress"/> says how far it is.</summary>
    Chosen,
    /// <summary>The candidate accepts writes.</summary>
    Promoted,
    /// <summary>The old primary is back and open after a candidate was told to accept writes.</summary>
    OldPrimaryIsBack,
    /// <summary>It cannot go on: <see cref="DeadPrimarySituation.WhyNot"/>.</summary>
    Hopeless,
    /// <summary>It was given up, and what was done is being undone.</summary>
    RollingBack,
}
