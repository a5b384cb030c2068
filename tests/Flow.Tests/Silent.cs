using System.Reflection;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>Ports behind which nobody answers: whoever asks waits until they give it up.</summary>
public sealed class Silent
{
    private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the first question was asked.</summary>
    public Task Asked => asked.Task;

    public bool WasGivenUp { get; private set; }

    public T Of<T>() where T : class
    {
        var port = DispatchProxy.Create<T, Port>();
        ((Port)(object)port).Owner = this;
        return port;
    }

    private Task<T> WaitAsync<T>(CancellationToken cancel)
    {
        var waiting = new TaskCompletionSource<T>();
        cancel.Register(() =>
        {
            WasGivenUp = true;
            waiting.TrySetCanceled(cancel);
        });
        asked.TrySetResult();
        return waiting.Task;
    }

    /// <summary>Any port whose questions end with a token.</summary>
    public class Port : DispatchProxy
    {
        internal Silent Owner { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var answer = targetMethod!.ReturnType.GenericTypeArguments is [var one] ? one : typeof(object);
            var wait = typeof(Silent).GetMethod(nameof(WaitAsync), BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(answer);
            return wait.Invoke(Owner, [args!.OfType<CancellationToken>().Last()]);
        }
    }
}
