using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace OrchestratorFunctions.App.Tests.Recoveries;

/// <summary>One thing an orchestration did outside itself, with what came back: a line of its history.</summary>
internal sealed record Did(string What, string Name, string Given, string CameBack);

/// <summary>
/// Runs an orchestration in line: activities are a function, timers pass at once, events come when a test raises them. What it did is kept as a
/// history; given a history it is replayed first, and a step that differs from it fails, as on the real framework.
/// </summary>
internal sealed class InlineContext(string name, object input, Func<string, string, object> activities, IReadOnlyList<Did>? history = null) : TaskOrchestrationContext
{
    private static readonly JsonSerializerOptions Json = new() { IncludeFields = true };

    private readonly Dictionary<string, Queue<string>> unheard = [];
    private readonly Dictionary<string, TaskCompletionSource<string>> waiting = [];

    public List<Did> History { get; } = [];
    public List<TaskOptions?> Options { get; } = [];
    public List<TimeSpan> Timers { get; } = [];
    public List<string> Statuses { get; } = [];
    public object? ContinuedWith { get; private set; }

    /// <summary>Called when a timer begins, before it passes.</summary>
    public Action OnTimer { get; set; } = () => { };

    public override TaskName Name => name;
    public override string InstanceId => "instance";
    public override ParentOrchestrationInstance? Parent => null;
    public override DateTime CurrentUtcDateTime { get; } = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);
    public override bool IsReplaying => History.Count < (history?.Count ?? 0);
    protected override ILoggerFactory LoggerFactory => NullLoggerFactory.Instance;

    /// <summary>An event from outside.</summary>
    public void Raise(string eventName, object payload)
    {
        var text = JsonSerializer.Serialize(payload, Json);
        if (waiting.Remove(eventName, out var waiter)) waiter.SetResult(text);
        else Unheard(eventName).Enqueue(text);
    }

    public override T GetInput<T>() => Through<T>(input);

    public override Task<TResult> CallActivityAsync<TResult>(TaskName activity, object? given = null, TaskOptions? options = null)
    {
        Options.Add(options);
        var text = JsonSerializer.Serialize(given, Json);
        var cameBack = Next("activity", activity.Name, text, () => JsonSerializer.Serialize(activities(activity.Name, text), Json));
        return Task.FromResult(JsonSerializer.Deserialize<TResult>(cameBack, Json)!);
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        Timers.Add(fireAt - CurrentUtcDateTime);
        Next("timer", "", (fireAt - CurrentUtcDateTime).ToString("c"), () =>
        {
            OnTimer();
            return "";
        });
        return Task.CompletedTask;
    }

    public override async Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        if (Unheard(eventName).TryDequeue(out var text)) return JsonSerializer.Deserialize<T>(text, Json)!;
        waiting[eventName] = new TaskCompletionSource<string>();
        return JsonSerializer.Deserialize<T>(await waiting[eventName].Task, Json)!;
    }

    public override void SetCustomStatus(object? customStatus) => Statuses.Add(JsonSerializer.Serialize(customStatus, Json));

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
    {
        Assert.True(preserveUnprocessedEvents);
        ContinuedWith = newInput;
    }

    public override void SendEvent(string instanceId, string eventName, object payload) => throw new NotSupportedException();

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? given = null, TaskOptions? options = null) => throw new NotSupportedException();

    public override Guid NewGuid() => throw new NotSupportedException();

    public static T Through<T>(object value) => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(value, Json), Json)!;

    private string Next(string what, string who, string given, Func<string> live)
    {
        if (history is not null && History.Count < history.Count)
        {
            var recorded = history[History.Count];
            if ((recorded.What, recorded.Name) != (what, who)) throw new InvalidOperationException($"not deterministic: the history has {recorded.What} {recorded.Name} where the code asks for {what} {who}");
            History.Add(recorded);
            return recorded.CameBack;
        }
        var cameBack = live();
        History.Add(new Did(what, who, given, cameBack));
        return cameBack;
    }

    private Queue<string> Unheard(string eventName) => unheard.TryGetValue(eventName, out var queue) ? queue : unheard[eventName] = new();
}
