using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Local.Tests;

/// <summary>
/// Stands between a process and its tables, counts the transactions on recoveries of one cluster, and lets the test act at a chosen one:
/// before it reaches the tables, or after they did it and before the process learns of that.
/// </summary>
internal sealed class TableProxy : IAsyncDisposable
{
    private static readonly HttpClient Onward = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });

    private readonly WebApplication app;
    private readonly Uri tables;
    private readonly string table;
    private readonly string cluster;
    private int seen;

    private TableProxy(WebApplication app, Uri tables, string table, string cluster) => (this.app, this.tables, this.table, this.cluster) = (app, tables, table, cluster);

    /// <summary>The connection string that leads through here.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>Called with the number of a transaction, from 1; when it returns false the transaction is dropped.</summary>
    public Func<int, bool> Before { get; set; } = _ => true;

    /// <summary>Whatever is asked waits for this: storage hangs until it is completed.</summary>
    public Task Answers { get; set; } = Task.CompletedTask;

    /// <summary>Called when the tables have carried it out.</summary>
    public Action<int> After { get; set; } = _ => { };

    public static async Task<TableProxy> StartAsync(Place place, ClusterId cluster)
    {
        var parts = place.ConnectionString.Split(';');
        var endpoint = parts.Single(p => p.StartsWith("TableEndpoint=", StringComparison.Ordinal));
        var tables = new Uri(endpoint["TableEndpoint=".Length..]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var proxy = new TableProxy(app, tables, place.Prefix + "Recoveries", cluster.Value);
        app.Run(proxy.PassAsync);
        await app.StartAsync();
        var own = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        proxy.ConnectionString = place.ConnectionString.Replace(endpoint, $"TableEndpoint={own.GetLeftPart(UriPartial.Authority)}{tables.AbsolutePath}", StringComparison.Ordinal);
        return proxy;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task PassAsync(HttpContext context)
    {
        await Answers;
        var raw = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var number = IsRecoveryWrite(raw, body) ? Interlocked.Increment(ref seen) : 0;
        if (number > 0 && !Before(number))
        {
            context.Abort();
            return;
        }
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(tables.GetLeftPart(UriPartial.Authority) + raw)) { Content = new ByteArrayContent(body.ToArray()) };
        foreach (var (name, values) in context.Request.Headers)
            if (!name.Equals("Host", StringComparison.OrdinalIgnoreCase) && !request.Headers.TryAddWithoutValidation(name, values.ToArray()))
                request.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
        using var answer = await Onward.SendAsync(request);
        if (number > 0) After(number);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
            if (!name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)) context.Response.Headers[name] = values.ToArray();
        await answer.Content.CopyToAsync(context.Response.Body);
    }

    // A stage and the results of the one before it are one transaction; leases are written one by one.
    private bool IsRecoveryWrite(string target, MemoryStream body) =>
        target.EndsWith("$batch", StringComparison.Ordinal) && Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length) is var text
        && text.Contains(table, StringComparison.OrdinalIgnoreCase) && text.Contains(cluster, StringComparison.Ordinal);
}
