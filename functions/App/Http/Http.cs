using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using OrchestratorFunctions.Api;
using OrchestratorFunctions.App.Recoveries;

namespace OrchestratorFunctions.App.Http;

/// <summary>
/// One function for every path: it hands the request to the Api room's own pipeline, which answers on the open
/// connection.
/// </summary>
public sealed class Http(AppSource rooms)
{
    /// <summary>
    /// For so long a request waits for storage to be opened, which goes on for the next one. An instance that was
    /// started for the request takes some seconds; a load balancer that asks for health does not wait for them.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20), HealthPatience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The page is files alone, and a browser that opens an address can send no key with it: the host asks for none
    /// here. The pipeline asks who may read, as everywhere; what the page shows it asks the API for, with the key.
    /// </summary>
    [Function("Page")]
    public Task<IActionResult> ShowAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "web/{*path}")] HttpRequest request, [DurableClient] DurableTaskClient client, CancellationToken cancel) =>
        RunAsync(request, client, cancel);

    /// <summary>
    /// The function key is asked for by the host, a sign-in by Entra in front of it or by the pipeline itself. They
    /// travel in headers of their own.
    /// </summary>
    [Function(nameof(Http))]
    public async Task<IActionResult> RunAsync([HttpTrigger(AuthorizationLevel.Function, "get", "post", "head", Route = "{*path}")] HttpRequest request, [DurableClient] DurableTaskClient client, CancellationToken cancel)
    {
        var (room, problem) = await rooms.TryOpenAsync(ClosedPipeline.IsHealth(request) ? HealthPatience : Patience, cancel);
        var context = request.HttpContext;
        if (room is not null) context.Features.Set<IRecoveryDriver>(new DurableDriver(client, room.Flow, rooms.Log));
        await (room?.Pipeline.RunAsync(context) ?? ClosedPipeline.RunAsync(context, rooms.Access, rooms.Log, problem, rooms.Limits));
        return new EmptyResult();
    }
}
