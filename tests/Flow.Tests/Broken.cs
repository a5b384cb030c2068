using System.Reflection;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>A port behind which nothing answers: whatever is asked fails.</summary>
public class Broken : DispatchProxy
{
    public static T Of<T>() where T : class => Create<T, Broken>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new InvalidOperationException("storage is away");
}
