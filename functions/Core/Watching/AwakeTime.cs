namespace OrchestratorFunctions.Core.Watching;

/// <summary>
/// The time a process really ran. A watcher that was stopped for ten seconds has not watched anything be silent for ten
/// seconds; evidence of silence is therefore measured on this clock.
/// </summary>
/// <param name="LookedAt">When the process looked at its clock last, by the monotonic clock.</param>
/// <param name="Awake">Time spent awake until then.</param>
public readonly record struct AwakeTime(TimeSpan LookedAt, TimeSpan Awake)
{
    /// <summary>How often the process looks.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// After another look. Between two looks at most two beats count: a longer time means that nothing ran that could
    /// look.
    /// </summary>
    public AwakeTime At(TimeSpan now)
    {
        var passed = now - LookedAt;
        return new(now, Awake + (passed < 2 * Beat ? passed : 2 * Beat));
    }
}
