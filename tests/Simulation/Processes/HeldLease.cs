using OrchestratorFunctions.Simulation.Storing;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>A lease this process holds and renews, with the clock arithmetic of Flow/Recovering/LeaseGuard.</summary>
public sealed class HeldLease
{
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    private readonly ModelProcess process;
    private TimeSpan askedAt;
    private bool isOver, isTaken;

    private HeldLease(ModelProcess process, string name, LeaseRow row, TimeSpan askedAt)
    {
        (this.process, Name, Row, this.askedAt) = (process, name, row, askedAt);
        process.After(Length / 3, Renew);
    }

    public string Name { get; }
    public LeaseRow Row { get; private set; }
    public long Epoch => Row.Epoch;

    /// <summary>Called once, when it is lost.</summary>
    public Action? OnLost { get; set; }

    /// <summary>Until work has to stop, by the clock that only goes forward.</summary>
    public TimeSpan Left => isTaken || isOver ? TimeSpan.Zero : Length - (Length / 3) - (process.Running - askedAt);

    public static void TryTake(ModelProcess process, string name, string holder, Action<HeldLease?> then, Action away)
    {
        var asked = process.Running;
        process.Call(
            s => s.TryAcquire(name, holder, Length, process.Wall),
            row => then(row is null ? null : new HeldLease(process, name, row, asked)), away);
    }

    public void Release()
    {
        if (isOver) return;
        isOver = true;
        if (!isTaken) process.Call(s => Give(s), _ => { }, () => { });
    }

    private bool Give(ModelStore store)
    {
        store.Release(Name, Row);
        return true;
    }

    private void Renew()
    {
        if (isOver) return;
        var asked = process.Running;
        var isHeard = false;
        void After(bool isDone)
        {
            if (isHeard || isOver) return;
            isHeard = true;
            if (Left > TimeSpan.Zero) process.After(isDone ? Length / 3 : Length / 12, Renew);
            else Lose();
        }
        process.Call(
            s => s.TryRenew(Name, Row, Length, process.Wall),
            row =>
            {
                if (isHeard || isOver) return;
                if (row is null) isTaken = true;
                else (Row, askedAt) = (row, asked);
                After(true);
            },
            () => After(false));
        process.After(Left > TimeSpan.Zero ? Left : TimeSpan.Zero, () => After(false));
    }

    private void Lose()
    {
        isOver = true;
        OnLost?.Invoke();
    }
}
