using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Tests.Playing;

/// <summary>One process of a play: the real flows over servers, time and storage made of data.</summary>
internal sealed class PlayedProcess : ILogger, IDisposable
{
    private readonly Scene scene;
    private readonly CancellationTokenSource host = new();
    private readonly Func<TimeSpan, CancellationToken, Task> open;
    private WatchState told = WatchState.StandingBy;

    public PlayedProcess(Scene scene, string name, WatchPolicy watch, RecoveryPolicy policy)
    {
        (this.scene, Name) = (scene, name);
        Life = new Life(scene.Turns);
        var sight = new PlayedSight(scene.Servers, name, Life.Clock, NoteStep, NoteLook);
        Flows = new Process(
            scene.Servers.World, scene.Memory, scene.Queue, Life.Clock, watch, name, policy: policy, sight: sight,
            logger: this, chance: new Random(scene.Processes.Count + 1));
        open = new WatchWindows(WatchAsync, watch.WindowGrace, Life.Clock).RunAsync;
    }

    public string Name { get; }
    public Life Life { get; }
    public Process Flows { get; }

    /// <summary>Watches and runs recoveries, as a process does that nobody lends its time.</summary>
    public void Start() => Do(() =>
    {
        Flows.Watch.RunAsync(host.Token);
        Flows.Runs.RunAsync(TimeSpan.FromSeconds(30), host.Token);
    });

    /// <summary>Holds a window open; says when it returns.</summary>
    public void Open(TimeSpan length) => Do(() => _ = OpenAsync(length));

    /// <summary>The host is drained.</summary>
    public void End() => Do(host.Cancel);

    /// <summary>Begins something that an operator or a message asks for.</summary>
    /// <returns>How it ended; null when it is under way, and then the log says it at its end.</returns>
    public string? Ask(string what, Func<Process, CancellationToken, Task<RunResult>> ask)
    {
        Task<string>? asked = null;
        Do(() => asked = EndOfAsync(ask));
        scene.Turns.Settle();
        if (asked!.IsCompleted) return $"{what} at {Name}: {asked.GetAwaiter().GetResult()}";
        Do(() => _ = TellAsync(what, asked));
        return null;
    }

    /// <summary>Says what it does when that has changed.</summary>
    public void TellState()
    {
        if (!Life.IsRunning || Flows.Watch.State == told) return;
        told = Flows.Watch.State;
        scene.Say(Name, $"is {told}");
    }

    public void Dispose()
    {
        Life.Kill();
        host.Dispose();
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        scene.Say(Name, formatter(state, exception));
    }

    private void Do(Action act) => Life.Run(_ => act(), null);

    private async Task OpenAsync(TimeSpan length)
    {
        await open(length, host.Token);
        scene.Say(Name, "the window returns");
    }

    private async Task WatchAsync(CancellationToken cancel)
    {
        scene.Say(Name, "a watcher begins");
        await Flows.Watch.RunAsync(cancel);
    }

    private async Task<string> EndOfAsync(Func<Process, CancellationToken, Task<RunResult>> ask)
    {
        var result = await ask(Flows, host.Token);
        return $"{result.End}" + (result.Refusal is { } refusal ? $", {refusal.Says}" : "");
    }

    private async Task TellAsync(string what, Task<string> asked) =>
        scene.Say(Name, $"is done with {what}: {await asked}");

    private void NoteLook(InstanceKey key, TimeSpan patience) =>
        scene.NoteLook(key, Name, $"looks at {key} for {Plain.Of(patience)[1..]} s");

    private void NoteStep(PlanStep step, StepResult result)
    {
        var to = step is PointTo point ? $" to {point.Source}" : "";
        var how = result.State == StepState.Done ? "" : $": {result.State}";
        scene.NoteStep(Name, $"{step.GetType().Name} {step.Target}{to}{how}");
    }
}
