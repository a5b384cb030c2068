using OrchestratorFunctions.Core.Leasing;

namespace OrchestratorFunctions.Core.Tests.Leasing;

public sealed class LeaseMachineTests
{
    private static readonly LeaseTerms Terms = new(TimeSpan.FromSeconds(12)), Patient = Terms with { OutlivesSilence = true };

    [Fact]
    public void A_lease_runs_from_the_beginning_of_its_request()
    {
        var held = Take(askedAt: 5, answeredAt: 8);
        Assert.Equal(At(13), held.Lease.Deadline);
        Assert.Equal(new LeaseCommand.WakeAt(At(9)), held.Command);
        Assert.Equal(At(5), held.Lease.LeftAt(At(8)));
        Assert.Equal(TimeSpan.Zero, held.Lease.LeftAt(At(13)));
        Assert.Equal(7, held.Lease.Epoch);
    }

    [Fact]
    public void An_answer_that_comes_when_the_lease_has_run_out_is_given_back()
    {
        var late = Take(askedAt: 0, answeredAt: 8);
        Assert.False(late.Lease.IsHeld);
        Assert.Equal(TimeSpan.Zero, late.Lease.LeftAt(At(8)));
        Assert.IsType<LeaseCommand.Release>(late.Command);
    }

    [Fact]
    public void A_request_that_was_refused_or_whose_answer_was_lost_is_no_lease()
    {
        foreach (var answer in new LeaseEvent[] { new LeaseEvent.Refused(), new LeaseEvent.NoAnswer() })
        {
            var (asked, command) = LeaseMachine.Begin(Terms, "p1", At(0));
            Assert.Equal(new LeaseCommand.Acquire("p1"), command);
            var turn = LeaseMachine.Step(asked, answer, At(1));
            Assert.False(turn.Lease.IsHeld);
            Assert.Equal(TimeSpan.Zero, turn.Lease.LeftAt(At(1)));
            // The store may keep it for us, and nobody else would have it until it ran out.
            Assert.Equal(answer is LeaseEvent.NoAnswer ? new LeaseCommand.Release(At(4)) : null, turn.Command);
            Assert.Null(LeaseMachine.Step(turn.Lease, new LeaseEvent.Acquired(1), At(2)).Command);
        }
    }

    [Fact]
    public void A_renewal_moves_the_deadline_from_when_it_was_asked_for()
    {
        var renewing = LeaseMachine.Step(Take(0, 1).Lease, new LeaseEvent.TimeReached(), At(4));
        Assert.Equal(new LeaseCommand.Renew(At(4)), renewing.Command);
        Assert.Equal(At(8), renewing.Lease.Deadline);
        var renewed = LeaseMachine.Step(renewing.Lease, new LeaseEvent.Renewed(), At(6));
        Assert.Equal(At(12), renewed.Lease.Deadline);
        Assert.Equal(new LeaseCommand.WakeAt(At(8)), renewed.Command);
    }

    [Fact]
    public void A_renewal_without_an_answer_is_tried_again_while_time_is_left_and_then_the_lease_is_lost_at_once()
    {
        var turn = LeaseMachine.Step(Take(0, 1).Lease, new LeaseEvent.TimeReached(), At(4));
        var tries = 0;
        var now = At(4);
        while (turn.Command is not LeaseCommand.SayLost)
        {
            tries++;
            turn = LeaseMachine.Step(turn.Lease, new LeaseEvent.NoAnswer(), now);
            if (turn.Command is not LeaseCommand.WakeAt wake) continue;
            Assert.InRange(wake.At, now, At(8));
            now = wake.At;
            turn = LeaseMachine.Step(turn.Lease, new LeaseEvent.TimeReached(), now);
        }
        Assert.Equal(At(8), now);
        Assert.Equal(4, tries);
        Assert.Equal(LeasePhase.Lost, turn.Lease.Phase);
        Assert.Null(LeaseMachine.Step(turn.Lease, new LeaseEvent.Renewed(), At(9)).Command);
    }

    [Fact]
    public void A_lease_that_another_holder_has_is_lost_at_once_however_much_time_is_left()
    {
        foreach (var terms in new[] { Terms, Patient })
        {
            var renewing = LeaseMachine.Step(Take(0, 1, terms).Lease, new LeaseEvent.TimeReached(), At(4));
            var lost = LeaseMachine.Step(renewing.Lease, new LeaseEvent.Refused(), At(5));
            Assert.IsType<LeaseCommand.SayLost>(lost.Command);
            Assert.Equal(TimeSpan.Zero, lost.Lease.LeftAt(At(5)));
        }
    }

    [Fact]
    public void A_process_that_was_stopped_beyond_its_deadline_has_lost_the_lease_whichever_event_it_hears_first()
    {
        var held = Take(0, 1).Lease;
        var renewing = LeaseMachine.Step(held, new LeaseEvent.TimeReached(), At(4)).Lease;
        Assert.Equal(TimeSpan.Zero, held.LeftAt(At(60)));
        Assert.IsType<LeaseCommand.SayLost>(LeaseMachine.Step(held, new LeaseEvent.TimeReached(), At(60)).Command);
        Assert.IsType<LeaseCommand.SayLost>(LeaseMachine.Step(renewing, new LeaseEvent.Renewed(), At(60)).Command);
        Assert.IsType<LeaseCommand.SayLost>(LeaseMachine.Step(renewing, new LeaseEvent.NoAnswer(), At(60)).Command);
    }

    [Fact]
    public void One_that_outlives_silence_is_not_believed_in_meanwhile_and_is_again_when_a_renewal_is_answered()
    {
        var turn = LeaseMachine.Step(Take(0, 1, Patient).Lease, new LeaseEvent.TimeReached(), At(4));
        Assert.Equal(new LeaseCommand.Renew(At(4)), turn.Command);
        turn = LeaseMachine.Step(turn.Lease, new LeaseEvent.NoAnswer(), At(8));
        Assert.Equal(TimeSpan.Zero, turn.Lease.LeftAt(At(8)));
        Assert.Equal(new LeaseCommand.WakeAt(At(9)), turn.Command);
        turn = LeaseMachine.Step(turn.Lease, new LeaseEvent.TimeReached(), At(100));
        turn = LeaseMachine.Step(turn.Lease, new LeaseEvent.Renewed(), At(101));
        Assert.Equal(At(7), turn.Lease.LeftAt(At(101)));
        Assert.Equal(new LeaseCommand.WakeAt(At(104)), turn.Command);
    }

    [Fact]
    public void A_lease_is_given_back_when_it_is_asked_for_also_in_the_middle_of_a_renewal_and_not_when_it_was_lost()
    {
        var held = Take(0, 1).Lease;
        var renewing = LeaseMachine.Step(held, new LeaseEvent.TimeReached(), At(4)).Lease;
        foreach (var lease in new[] { held, renewing })
        {
            var turn = LeaseMachine.Step(lease, new LeaseEvent.ReleaseAsked(), At(5));
            Assert.Equal(new LeaseCommand.Release(At(4)), turn.Command);
            Assert.Equal(TimeSpan.Zero, turn.Lease.LeftAt(At(5)));
        }
        var lost = LeaseMachine.Step(renewing, new LeaseEvent.Refused(), At(5)).Lease;
        Assert.Null(LeaseMachine.Step(lost, new LeaseEvent.ReleaseAsked(), At(5)).Command);
    }

    /// <summary>L1: the store may have heard the renewal, and whoever is next would wait for its end.</summary>
    [Fact]
    public void A_lease_that_ran_out_in_silence_is_given_back_when_it_is_not_needed_and_once()
    {
        var held = Take(0, 1).Lease;
        var renewing = LeaseMachine.Step(held, new LeaseEvent.TimeReached(), At(4)).Lease;
        foreach (var happened in new LeaseEvent[] { new LeaseEvent.NoAnswer(), new LeaseEvent.Renewed() })
        {
            var lost = LeaseMachine.Step(renewing, happened, At(60));
            Assert.IsType<LeaseCommand.SayLost>(lost.Command);
            var back = LeaseMachine.Step(lost.Lease, new LeaseEvent.ReleaseAsked(), At(61));
            Assert.Equal(new LeaseCommand.Release(At(4)), back.Command);
            Assert.Equal(TimeSpan.Zero, back.Lease.LeftAt(At(61)));
            Assert.Null(LeaseMachine.Step(back.Lease, new LeaseEvent.ReleaseAsked(), At(62)).Command);
        }
    }

    private static LeaseTurn Take(double askedAt, double answeredAt, LeaseTerms? terms = null) =>
        LeaseMachine.Step(LeaseMachine.Begin(terms ?? Terms, "p1", At(askedAt)).Lease, new LeaseEvent.Acquired(7), At(answeredAt));

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
