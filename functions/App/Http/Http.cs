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
    /// <summary>The function key is asked for by the host, a sign-in by Entra in front of it or by the pipeline itself. They travel in headers of their own.</summary>
    [Function(nameof(Http))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", "head", Route = "{*path}")] HttpRequest request, [DurableClient] DurableTaskClient client, CancellationToken cancel)
    {
        var room = await rooms.OpenAsync(cancel);
        request.HttpContext.Features.Set<IRecoveryDriver>(new DurableDriver(client, room.Flow));
        await room.Pipeline.RunAsync(request.HttpContext);
        return new EmptyResult();
    }
}
