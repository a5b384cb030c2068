using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;

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

    private static async Task<LocalRoom> OpenAsync(params string[] settings) => await (await Place.NewAsync(settings)).OpenAsync(null, "Serve:Url=http://127.0.0.1:0");

    private static async Task<WebApplication> StartAsync(LocalRoom room)
    {
        var app = Serve.Build(room, NullLoggerFactory.Instance, new LocalDriver(room.Flow, TimeProvider.System, default));
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
