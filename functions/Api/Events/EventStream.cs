using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Api.Events;

/// <summary>
/// Events as a browser listens to them (HTML, "Server-sent events"): <c>id</c>, <c>event</c> and <c>data</c> in lines
/// of text.
/// </summary>
internal sealed class EventStream(ApiContext api, FleetEvents events)
{
    /// <summary>So that who may read no more is found out: a listener comes back and goes on where it was.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <param name="cluster">Its id, alias or a server of it, with its servers; null for all clusters.</param>
    public async Task<IResult> TellAsync(HttpContext context, string? cluster, CancellationToken cancel)
    {
        ClusterId? only = null;
        if (cluster is not null)
        {
            var (view, refusal) = await api.Fleet.FindAsync(cluster, cancel);
            if (view is null) return Problem.NotFound(refusal!);
            only = view.Topology.Cluster;
        }
        using var listener = events.TryListen(only);
        if (listener is null)
            return Problem.Answer(
                StatusCodes.Status503ServiceUnavailable, $"{FleetEvents.ListenersMost} listen already",
                "ask again later, or read the lists");
        await SendAsync(context, only, listener.Begins, cancel);
        return Results.Empty;
    }

    private async Task SendAsync(HttpContext context, ClusterId? only, Task begins, CancellationToken cancel)
    {
        var response = context.Response;
        (response.ContentType, response.Headers.CacheControl) = ("text/event-stream", "no-store");
        // Some proxies keep an answer back until it is whole.
        response.Headers["X-Accel-Buffering"] = "no";
        using var over = new CancellationTokenSource(Longest, api.Time);
        var stopping = context.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? default;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancel, stopping, over.Token);
        try
        {
            await response.StartAsync(ends.Token);
            await response.BodyWriter.FlushAsync(ends.Token);
            var number = events.NumberOf(context.Request.Headers["Last-Event-ID"].ToString(), only);
            while (true) number = await SendAsync(response.BodyWriter, only, number, begins, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // Its end: the listener went away, the process stops, or it has to come back.
        }
    }

    /// <param name="number">What it knows; null when it has to begin.</param>
    private async Task<long> SendAsync(
        PipeWriter to, ClusterId? only, long? number, Task begins, CancellationToken cancel)
    {
        if (number is null || events.After(number) is not { } missed)
        {
            // Who begins waits for a picture with its cluster: of what changes after that it is told.
            await begins.WaitAsync(cancel);
            var now = events.After(null)!.Value.From;
            Write(to, events.IdOf(now, only), EventKinds.Reset, "{}"u8);
            await to.FlushAsync(cancel);
            return now;
        }
        if (missed.Events.Length == 0) await missed.More.WaitAsync(cancel);
        var at = missed.From;
        foreach (var one in missed.Events)
        {
            at++;
            if (IsFor(one, only)) Write(to, events.IdOf(at, only), one.Kind, one.Data);
        }
        await to.FlushAsync(cancel);
        return at;
    }

    private static bool IsFor(FleetEvent one, ClusterId? only) => only is null
        ? one.Kind is not (EventKinds.Server or EventKinds.ServerGone)
        : one.Cluster is null || one.Cluster == only;

    private static void Write(PipeWriter to, string id, string kind, ReadOnlySpan<byte> data)
    {
        Encoding.UTF8.GetBytes($"id: {id}\nevent: {kind}\ndata: ", to);
        to.Write(data);
        to.Write("\n\n"u8);
    }
}
