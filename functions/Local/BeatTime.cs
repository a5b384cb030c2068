namespace OrchestratorFunctions.Local;

/// <summary>
/// The system's time; only timers that ring again and again do so on a thread of their own. A timer of the thread pool
/// wakes three threads each time it rings, which is a seventh of what an idle watch costs. What such a timer calls must
/// be short: it holds up the next ring.
/// </summary>
internal sealed class BeatTime : TimeProvider
{
    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        period > TimeSpan.Zero
            ? new Beat(callback, state, dueTime, period)
            : System.CreateTimer(callback, state, dueTime, period);

    private sealed class Beat : ITimer
    {
        private readonly object gate = new();
        private readonly TimerCallback callback;
        private readonly object? state;
        private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Thread thread;
        private TimeSpan due, period;
        private bool isChanged, isOver;

        public Beat(TimerCallback callback, object? state, TimeSpan due, TimeSpan period)
        {
            (this.callback, this.state, this.due, this.period) = (callback, state, due, period);
            thread = new Thread(Run) { IsBackground = true, Name = "beat" };
            thread.Start();
        }

        public bool Change(TimeSpan dueTime, TimeSpan nextPeriod)
        {
            lock (gate)
            {
                if (isOver) return false;
                (due, period, isChanged) = (dueTime, nextPeriod, true);
                Monitor.Pulse(gate);
                return true;
            }
        }

        public void Dispose()
        {
            lock (gate)
            {
                isOver = true;
                Monitor.Pulse(gate);
            }
        }

        /// <summary>
        /// Ends with the last ring, as a timer of the system does; one that ends itself waits for nothing.
        /// </summary>
        public ValueTask DisposeAsync()
        {
            Dispose();
            return Thread.CurrentThread == thread ? ValueTask.CompletedTask : new ValueTask(ended.Task);
        }

        private void Run()
        {
            while (IsDue()) callback(state);
            ended.SetResult();
        }

        // Waits for the next ring; false when there is none any more.
        private bool IsDue()
        {
            lock (gate)
            {
                do isChanged = false;
                while (!isOver && Monitor.Wait(gate, due) && isChanged);
                due = period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan;
                return !isOver;
            }
        }
    }
}
