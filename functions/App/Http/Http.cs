using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using OrchestratorFunctions.Api;
using OrchestratorFunctions.App.Recoveries;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.App.Http;

/// <summary>One function for every path: it hands the request to the Api room's own pipeline, which answers on the open connection.</summary>
public sealed class Http(RoomSource rooms)
{
    /// <summary>For so long a request waits for storage to be opened, which goes on for the next one.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The function key is asked for by the host, a sign-in by Entra in front of it or by the pipeline itself. They travel in headers of their own.</summary>
    [Function(nameof(Http))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", "head", Route = "{*path}")] HttpRequest request, [DurableClient] DurableTaskClient client, CancellationToken cancel)
    {
        var (room, problem) = await rooms.TryOpenAsync(Patience, cancel);
        if (room is null)
        {
            var why = $"storage cannot be opened: {problem}; try again in some seconds";
            await ClosedPipeline.RunAsync(request.HttpContext, rooms.Access, rooms.Log, why);
            return new EmptyResult();
        }
        request.HttpContext.Features.Set<IRecoveryDriver>(new DurableDriver(client, room.Flow));
        await room.Pipeline.RunAsync(request.HttpContext);
        return new EmptyResult();
    }
}
