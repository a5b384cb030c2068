using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace OrchestratorFunctions.App.Logging;

/// <summary>
/// Notes which invocations run and gives their lines the scope that the host asks for. The worker's own scope has the
/// names of OpenTelemetry (<c>faas.invocation_id</c>) as soon as its defaults are used, and its log writer does not
/// know these.
/// </summary>
internal sealed class InvocationScope(RunningInvocations running, ILogger<InvocationScope> logger) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        using var scope = logger.BeginScope(RunningInvocations.ScopeOf(context.InvocationId));
        await running.RunAsync(context.InvocationId, () => next(context), logger.LeftOut);
    }
}
