using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using OrchestratorFunctions.Api.Answers;

namespace OrchestratorFunctions.Api;

/// <summary>
/// The endpoints and their entrance as one pipeline, for a door that is handed requests by somebody else's server.
/// </summary>
public sealed class ApiPipeline : IAsyncDisposable
{
    private readonly RequestDelegate pipeline;
    private readonly ServiceProvider services;

    public ApiPipeline(ApiContext api)
    {
        // Routing tells a listener what it matched; a server would have brought one.
        services = new ServiceCollection().AddSingleton(api).AddSingleton(_ => new DiagnosticListener("OrchestratorFunctions.Api")).AddLogging().AddRouting().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        app.UseOrchestrator();
        pipeline = app.Build();
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    /// <summary>
    /// Answers on the request's own connection. What the outer server had decided about the request is as it was
    /// afterwards.
    /// </summary>
    public async Task RunAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (endpoint, routes, outer) = (context.GetEndpoint(), context.Features.Get<IRouteValuesFeature>(), context.RequestServices);
        // An endpoint that is set already would keep the inner routing from looking for one.
        context.SetEndpoint(null);
        context.Features.Set<IRouteValuesFeature>(null);
        context.RequestServices = services;
        try
        {
            await pipeline(context);
        }
        finally
        {
            context.RequestServices = outer;
            context.Features.Set(routes);
            context.SetEndpoint(endpoint);
        }
    }
}
