using System.Diagnostics;

namespace OrchestratorFunctions.Testing;

/// <summary>Asks real servers and processes again and again; nothing here asserts how long something took.</summary>
public static class Eventually
{
    /// <summary>Generous: the machine may be busy with other things.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    public static async Task HoldsAsync(string what, Func<Task<bool>> holds, Func<Task<string>>? otherwise = null, TimeSpan? bound = null)
    {
        var watch = Stopwatch.StartNew();
        while (!await holds())
        {
            if (watch.Elapsed > (bound ?? Bound))
                throw new TimeoutException($"did not come true in {(bound ?? Bound).TotalSeconds:0} s: {what}\n{(otherwise is null ? "" : await otherwise())}");
            await Task.Delay(30);
        }
    }

    public static Task HoldsAsync(string what, Func<bool> holds, Func<Task<string>>? otherwise = null, TimeSpan? bound = null) =>
        HoldsAsync(what, () => Task.FromResult(holds()), otherwise, bound);

    /// <summary>Lets real time pass, for the one thing that is about real time: a process that was stopped for so long.</summary>
    public static Task TimePassesAsync(TimeSpan length)
    {
        var watch = Stopwatch.StartNew();
        return HoldsAsync($"{length} pass", () => watch.Elapsed >= length);
    }
}
