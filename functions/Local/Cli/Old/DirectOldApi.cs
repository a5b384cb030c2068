using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrchestratorFunctions.Api;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Local.Cli.Old;

/// <summary>The same endpoints in this process, on the storage. Whoever can read the settings may act.</summary>
internal sealed class DirectOldApi : IOldApi, IAsyncDisposable
{
    private static readonly ApiOptions Access = new() { Authentication = AuthenticationMethod.Proxy };

    private readonly ApiPipeline pipeline;
    private readonly LocalDriver driver;
    private readonly string user;

    /// <param name="user">Who stands in records.</param>
    public DirectOldApi(LocalRoom room, string user, CancellationToken stopping)
    {
        this.user = user;
        pipeline = new ApiPipeline(room.Api with { Access = Access, Limits = null });
        driver = new LocalDriver(room.Flow, TimeProvider.System, stopping);
    }

    public string Where => "on the storage directly";

    public async Task<JsonElement> AskAsync(string path, CancellationToken cancel)
    {
        var (asked, query) = path.Split('?', 2) is [var before, var after] ? (before, $"?{after}") : (path, "");
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestAborted = cancel };
        (context.Request.Method, context.Request.Host) = (HttpMethods.Get, new HostString("localhost"));
        context.Request.Path = PathString.FromUriComponent($"/api/{asked}");
        context.Request.QueryString = new QueryString(query);
        context.Request.Headers[Access.UserHeader] = user;
        context.Features.Set<IRecoveryDriver>(driver);
        context.Response.Body = body;
        await pipeline.RunAsync(context);
        using var document = JsonDocument.Parse(body.ToArray());
        return document.RootElement.Clone();
    }

    /// <summary>What was started is run to its end first.</summary>
    public async ValueTask DisposeAsync()
    {
        await driver.QuietAsync();
        await pipeline.DisposeAsync();
    }
}
