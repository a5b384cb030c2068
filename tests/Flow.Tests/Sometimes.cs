using System.Reflection;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>A port behind which storage is away at times: whatever is asked then fails.</summary>
public class Sometimes : DispatchProxy
{
    private object port = null!;
    private Func<bool> isAway = null!;
    private Func<string> says = () => "storage is away";

    public static T Away<T>(T port, Func<bool> isAway, Func<string>? says = null) where T : class
    {
        var sometimes = Create<T, Sometimes>();
        ((Sometimes)(object)sometimes).port = port;
        ((Sometimes)(object)sometimes).isAway = isAway;
        if (says is not null) ((Sometimes)(object)sometimes).says = says;
        return sometimes;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        isAway() ? throw new InvalidOperationException(says()) : targetMethod!.Invoke(port, args);
}
