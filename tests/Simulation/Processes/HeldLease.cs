using OrchestratorFunctions.Core.Leasing;
using OrchestratorFunctions.Simulation.Storing;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>A lease this process holds: the real lease machine, carried out as Flow/Leasing/LeaseKeeper does.</summary>
public sealed class HeldLease
{
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    private readonly ModelProcess process;
    private LeaseState state;
    private int asked;

    private HeldLease(ModelProcess process, string name, LeaseState state, LeaseRow row) =>
        (this.process, Name, this.state, Row) = (process, name, state, row);

    public string Name { get; }
    public LeaseRow Row { get; private set; }
    public long Epoch => Row.Epoch;

    /// <summary>Called once, when it is lost.</summary>
    public Action? OnLost { get; set; }

    /// <summary>For how long it is certainly ours, by the clock that only goes forward.</summary>
    public TimeSpan Left => state.LeftAt(process.Running);

    /// <param name="outlivesSilence">While the store is away the belief ends, and an answer brings it back.</param>
    public static void TryTake(ModelProcess process, string name, string holder, bool outlivesSilence, Action<HeldLease?> then, Action away)
    {
        var terms = new LeaseTerms(Length, outlivesSilence);
        var begun = LeaseMachine.Begin(terms, holder, process.Running).Lease;
        process.Call(s => s.TryAcquire(name, holder, Length, process.Wall), row =>
        {
            LeaseEvent answer = row is null ? new LeaseEvent.Refused() : new LeaseEvent.Acquired(row.Epoch);
            var (taken, next) = LeaseMachine.Step(begun, answer, process.Running);
            if (row is null)
            {
                then(null);
                return;
            }
            var held = new HeldLease(process, name, taken, row);
            held.CarryOut(next);
            then(taken.IsHeld ? held : null);
        }, () =>
        {
            if (LeaseMachine.Step(begun, new LeaseEvent.NoAnswer(), process.Running).Command is LeaseCommand.Release)
                process.Call(s => GiveBack(s, name, holder), static _ => { }, static () => { });
            away();
        });
    }

    // What the store may have given without an answer.
    private static bool GiveBack(ModelStore store, string name, string holder)
    {
        if (store.LeaseOf(name) is { } row && row.Holder == holder) store.Release(name, row);
        return true;
    }

    public void Release() => Hear(++asked, new LeaseEvent.ReleaseAsked());

    private void Hear(int ask, LeaseEvent happened)
    {
        if (ask != asked) return;
        (state, var command) = LeaseMachine.Step(state, happened, process.Running);
        CarryOut(command);
    }

    private void CarryOut(LeaseCommand? command)
    {
        var ask = ++asked;
        switch (command)
        {
            case LeaseCommand.WakeAt wake:
                var pause = wake.At - process.Running;
                process.After(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, () => Hear(ask, new LeaseEvent.TimeReached()));
                break;
            case LeaseCommand.Renew renew:
                // One that is not answered in time is cancelled (Flow/Leasing/LeaseKeeper). Its end is written by who asks.
                var wall = process.Wall;
                process.Call(
                    s => s.TryRenew(Name, Row, Length, wall), row => Renewed(ask, row),
                    () => Hear(ask, new LeaseEvent.NoAnswer()), renew.Within);
                process.After(renew.Within, () => Hear(ask, new LeaseEvent.NoAnswer()));
                break;
            case LeaseCommand.Release:
                process.Call(Give, _ => { }, static () => { });
                break;
            case LeaseCommand.SayLost:
                OnLost?.Invoke();
                break;
        }
    }

    private void Renewed(int ask, LeaseRow? row)
    {
        if (ask != asked) return;
        if (row is not null) Row = row;
        Hear(ask, row is null ? new LeaseEvent.Refused() : new LeaseEvent.Renewed());
    }

    private bool Give(ModelStore store)
    {
        store.Release(Name, Row);
        return true;
    }
}
