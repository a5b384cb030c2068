using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Api.Metrics;

namespace OrchestratorFunctions.Local.Tests;

/// <summary>The HTTP half of <c>serve</c>, without watching.</summary>
public sealed class ServeTests
{
    [Fact]
    public async Task A_process_on_this_machine_answers_to_its_own_names_alone()
    {
        await using var room = await OpenAsync();
        await using var app = await StartAsync(room);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(app, "GET", "clusters"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(app, "GET", "clusters", ("Host", "localhost:3000")));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(app, "GET", "clusters", ("Host", "[::1]:3000")));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await AskAsync(app, "GET", "clusters", ("Host", "evil.example:3000")));
        // No such cluster: it was let in to act, and pages of other sites are not.
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(app, "POST", "clusters/none/takeover"));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(app, "POST", "clusters/none/takeover", ("Origin", "http://evil.example:3000")));
    }

    [Fact]
    public async Task A_password_is_asked_for_on_every_path_but_health()
    {
        await using var room = await OpenAsync("Api:Authentication=Multi", "Api:User=dana", "Api:Password=pässwort");
        await using var app = await StartAsync(room);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(app, "GET", "health"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(app, "GET", "clusters"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(app, "GET", "nothing"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(app, "POST", "clusters/none/takeover", Password("dana:wrong")));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(app, "GET", "clusters", Password("readonly:")));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(app, "POST", "clusters/none/takeover", Password("readonly:")));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(app, "POST", "clusters/none/takeover", Password("dana:pässwort")));
    }

    [Fact]
    public async Task What_is_scraped_is_beside_the_other_endpoints_unless_it_is_closed_or_has_an_address_of_its_own()
    {
        await using var room = await OpenAsync();
        await using var app = await StartAsync(room);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(app, "GET", "../../metrics"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await AskAsync(app, "GET", "../../metrics", ("Host", "evil.example:3000")));
        using var metrics = new MetricsEndpoint(room.Api);
        Assert.Null(Serve.BuildScraped(room, NullLoggerFactory.Instance, metrics));

        await using var closed = await OpenAsync("Metrics:Enabled=false");
        await using var without = await StartAsync(closed);
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(without, "GET", "../../metrics"));
    }

    [Fact]
    public async Task At_an_address_of_its_own_nothing_but_metrics_is_answered_and_the_same_callers_are_let_in()
    {
        await using var room = await OpenAsync("Metrics:Url=http://127.0.0.1:0", "Api:Authentication=Multi", "Api:User=dana", "Api:Password=secret");
        await using var app = await StartAsync(room);
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(app, "GET", "../../metrics", Password("readonly:")));
        using var metrics = new MetricsEndpoint(room.Api);
        await using var scraped = Serve.BuildScraped(room, NullLoggerFactory.Instance, metrics)!;
        await scraped.StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(scraped, "GET", "../../metrics"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(scraped, "GET", "../../metrics", Password("readonly:")));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await AskAsync(scraped, "GET", "../../metrics", Password("readonly:"), ("Host", "evil.example:9104")));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(scraped, "GET", "clusters", Password("dana:secret")));
    }

    [Fact]
    public async Task A_request_that_is_too_long_is_refused_and_a_long_list_of_servers_is_not()
    {
        await using var room = await OpenAsync();
        await using var app = await StartAsync(room);
        var servers = string.Join(',', Enumerable.Range(0, 1500).Select(i => $"db{i}.example.com:3306"));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(app, "POST", $"pools/all?servers={servers}"));
        Assert.Equal(HttpStatusCode.RequestUriTooLong, await AskAsync(app, "POST", $"pools/all?servers={servers},{servers}"));
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, await AskAsync(app, "GET", "clusters", ("X-Long", new string('x', 40_000))));
    }

    private static async Task<LocalRoom> OpenAsync(params string[] settings) => await (await Place.NewAsync(settings)).OpenAsync(null, "Serve:Url=http://127.0.0.1:0");

    private static async Task<WebApplication> StartAsync(LocalRoom room)
    {
        var metrics = room.Settings.Metrics.Enabled ? new MetricsEndpoint(room.Api) : null;
        var app = Serve.Build(room, NullLoggerFactory.Instance, new LocalDriver(room.Flow, TimeProvider.System, default), metrics);
        app.Lifetime.ApplicationStopped.Register(() => metrics?.Dispose());
        await app.StartAsync();
        return app;
    }

    private static (string Name, string Value) Password(string credentials) => ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));

    private static async Task<HttpStatusCode> AskAsync(WebApplication app, string method, string path, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"{app.Urls.Single()}/api/v3/{path}"));
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }
}
