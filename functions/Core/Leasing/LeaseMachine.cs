namespace OrchestratorFunctions.Core.Leasing;

/// <summary>
/// A lease without its waiting: <c>(state, event, now) → (state, command)</c>, where <c>now</c> is the holder's
/// monotonic clock. A lease is believed in from an answer of the store until <see cref="LeaseTerms.Length"/> minus
/// <see cref="LeaseTerms.Margin"/> after that request <em>began</em>, whatever the wall clock does meanwhile.
/// </summary>
public static class LeaseMachine
{
    /// <summary>Asks for a lease.</summary>
    public static LeaseTurn Begin(LeaseTerms terms, string holder, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(terms);
        var asked = new LeaseState(terms, holder, LeasePhase.Asked, 0, now, TimeSpan.MinValue);
        return new LeaseTurn(asked, new LeaseCommand.Acquire(holder));
    }

    /// <summary>Takes in one event.</summary>
    public static LeaseTurn Step(LeaseState lease, LeaseEvent happened, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(happened);
        return lease.Phase switch
        {
            LeasePhase.Asked => AfterAsked(lease, happened, now),
            LeasePhase.Held or LeasePhase.Renewing => WhileHeld(lease, happened, now),
            LeasePhase.Lost when lease.RanOut && happened is LeaseEvent.ReleaseAsked => Release(lease),
            _ => new LeaseTurn(lease, null),
        };
    }

    // An answer that was lost is no lease. The store may keep it for us all the same, and nobody could act meanwhile.
    private static LeaseTurn AfterAsked(LeaseState lease, LeaseEvent happened, TimeSpan now)
    {
        if (happened is LeaseEvent.NoAnswer) return Release(lease);
        if (happened is not LeaseEvent.Acquired acquired) return new LeaseTurn(Ended(lease, LeasePhase.Over), null);
        var had = Believed(lease with { Epoch = acquired.Epoch });
        return had.Deadline > now
            ? Wait(had, AfterRequest(had), now)
            : Release(had);
    }

    private static LeaseTurn WhileHeld(LeaseState lease, LeaseEvent happened, TimeSpan now) => happened switch
    {
        LeaseEvent.ReleaseAsked => Release(lease),
        LeaseEvent.Refused => Lost(lease),
        LeaseEvent.Renewed when Believed(lease) is var renewed =>
            IsOutOfTime(renewed, now) ? RanOut(renewed) : Wait(renewed, AfterRequest(renewed), now),
        _ when IsOutOfTime(lease, now) => RanOut(lease),
        LeaseEvent.NoAnswer => Wait(lease, now + lease.Terms.RetryAfter, now),
        LeaseEvent.TimeReached when lease.Phase == LeasePhase.Held => Renew(lease, now),
        _ => new LeaseTurn(lease, null),
    };

    private static LeaseTurn Renew(LeaseState lease, TimeSpan now)
    {
        var within = lease.Terms.OutlivesSilence ? lease.Terms.Margin : lease.Deadline - now;
        return new LeaseTurn(
            lease with { Phase = LeasePhase.Renewing, AskedAt = now }, new LeaseCommand.Renew(within));
    }

    // One that is lost when it runs out is told so at that very instant.
    private static LeaseTurn Wait(LeaseState lease, TimeSpan until, TimeSpan now)
    {
        if (!lease.Terms.OutlivesSilence && until > lease.Deadline) until = lease.Deadline;
        return new LeaseTurn(
            lease with { Phase = LeasePhase.Held }, new LeaseCommand.WakeAt(until > now ? until : now));
    }

    private static LeaseTurn Lost(LeaseState lease) =>
        new(Ended(lease, LeasePhase.Lost), new LeaseCommand.SayLost());

    private static LeaseTurn RanOut(LeaseState lease) => Lost(lease with { RanOut = true });

    private static LeaseTurn Release(LeaseState lease) =>
        new(Ended(lease, LeasePhase.Over), new LeaseCommand.Release(lease.Terms.ReleaseWithin));

    private static LeaseState Ended(LeaseState lease, LeasePhase phase) =>
        lease with { Phase = phase, Deadline = TimeSpan.MinValue };

    private static TimeSpan AfterRequest(LeaseState lease) => lease.AskedAt + lease.Terms.RenewEvery;

    private static LeaseState Believed(LeaseState lease) =>
        lease with { Deadline = lease.AskedAt + lease.Terms.Length - lease.Terms.Margin };

    private static bool IsOutOfTime(LeaseState lease, TimeSpan now) =>
        !lease.Terms.OutlivesSilence && lease.Deadline <= now;
}
