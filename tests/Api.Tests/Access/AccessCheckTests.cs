using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Running;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.Api.Tests.Access;

public sealed class AccessCheckTests
{
    private static readonly ApiOptions Password = new() { Authentication = AuthenticationMethod.Multi, User = "dana", Password = "secret" };

    [Fact]
    public async Task Every_path_but_health_is_behind_the_sign_in()
    {
        await using var endpoints = await Endpoints.StartAsync(access: Password);
        var mapped = endpoints.Mapped.ToArray();
        Assert.Contains(("POST", "clusters/x/takeover"), mapped);
        Assert.Contains(("GET", "health"), mapped);
        foreach (var (method, path) in mapped.Where(m => m.Path != "health").Append(("GET", "nothing")).Append(("DELETE", "health")).Append(("GET", "../../web")))
        {
            using var answer = await endpoints.SendAsync(method, path);
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path}: {answer.StatusCode}");
            Assert.Equal("Basic realm=\"orchestrator\", charset=\"UTF-8\"", answer.Headers.WwwAuthenticate.ToString());
            Assert.Contains("Api:Authentication", await ProblemAsync(answer), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_no_question_is_refused_to_who_may_only_read()
    {
        await using var endpoints = await Endpoints.StartAsync(access: Password);
        foreach (var (method, path) in endpoints.Mapped)
        {
            // A stream of events has no end to wait for.
            using var answer = await (path == "events" ? endpoints.BeginAsync(path, Headers.Basic("readonly:")) : endpoints.SendAsync(method, path, Headers.Basic("readonly:")));
            var acts = method is not ("GET" or "HEAD") || path == "tokens";
            Assert.True((answer.StatusCode == HttpStatusCode.Forbidden) == acts, $"{method} {path}: {answer.StatusCode}");
            if (acts) Assert.Contains("may only read", await ProblemAsync(answer), StringComparison.Ordinal);
        }
    }

    /// <summary>Not the verb says who may, but the endpoint; one that says nothing is taken for one that acts.</summary>
    [Theory]
    [InlineData("GET", Role.Operate, 403)]
    [InlineData("GET", Role.Power, 403)]
    [InlineData("POST", Role.Read, null)]
    [InlineData("GET", null, 403)]
    [InlineData("GET", Role.Read, null)]
    public async Task Who_may_ask_is_said_by_the_endpoint(string method, Role? needs, int? status)
    {
        var context = new DefaultHttpContext { Request = { Method = method, Host = new("127.0.0.1") } };
        (context.Request.Headers.Authorization, _) = (Headers.Basic("readonly:").Value, 0);
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(needs is { } role ? [new Needs(role)] : []), "x"));
        Assert.Equal(status, (await new AccessCheck(Password, null, null, NullLogger.Instance).WhyNotAsync(context, AccessCheck.NeededFor(context)))?.Status);
    }

    [Fact]
    public async Task The_right_password_opens_reading_and_acting()
    {
        await using var endpoints = await Endpoints.StartAsync(access: Password);
        using var read = await endpoints.SendAsync("GET", "clusters", Headers.Basic("dana:secret"));
        using var acted = await endpoints.SendAsync("POST", "clusters/shop/takeover", Headers.Basic("dana:secret"));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotImplemented), (read.StatusCode, acted.StatusCode));
        Assert.Empty(endpoints.Log.Lines);
    }

    [Fact]
    public async Task A_wrong_password_is_a_warning_with_the_address_and_nothing_of_what_was_typed()
    {
        await using var endpoints = await Endpoints.StartAsync(access: Password);
        using var answer = await endpoints.SendAsync("GET", "clusters", Headers.Basic("dana:guess"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        // Whoever types the password where the name belongs.
        using var slip = await endpoints.SendAsync("GET", "clusters", Headers.Basic("secret:dana"));
        // And a token, which is whole there.
        using var token = await endpoints.SendAsync("GET", "clusters", Headers.Basic($"orc_1a2b3c4d_{new string('a', 64)}:"));
        const string other = "Refused a sign-in: another user, from 127.0.0.1";
        Assert.Equal(["Refused a sign-in: the right user 'dana' with a wrong password, from 127.0.0.1", other, other], endpoints.Log.Lines.Select(l => l.Says));
        Assert.All(endpoints.Log.Lines, l => Assert.Equal(LogLevel.Warning, l.Level));
    }

    [Fact]
    public async Task Behind_a_proxy_whom_it_does_not_name_is_told_no_way_to_sign_in()
    {
        await using var endpoints = await Endpoints.StartAsync(access: new() { Authentication = AuthenticationMethod.Proxy });
        using var nobody = await endpoints.SendAsync("GET", "clusters");
        using var dana = await endpoints.SendAsync("GET", "clusters", ("X-MS-CLIENT-PRINCIPAL-NAME", "dana"));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (nobody.StatusCode, dana.StatusCode));
        Assert.Empty(nobody.Headers.WwwAuthenticate);
        Assert.Contains("Api:UserHeader", await ProblemAsync(nobody), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everybody_is_told_whether_all_is_well_and_only_who_may_read_is_told_what_is_not()
    {
        await using var endpoints = await Endpoints.StartAsync(access: Password);
        foreach (var status in (HttpStatusCode[])[HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK])
        {
            if (status == HttpStatusCode.OK) await endpoints.Memory.BeatAsync(Shard.NameOf(0), "p1", World.Noon, default);
            foreach (var (name, value) in ((string, string)[])[("X-Nothing", ""), Headers.Basic("dana:wrong")])
            {
                using var stranger = await endpoints.SendAsync("GET", "health", (name, value));
                Assert.Equal(status, stranger.StatusCode);
                Assert.Equal($"{{\"healthy\":{(status == HttpStatusCode.OK ? "true" : "false")}}}", await stranger.Content.ReadAsStringAsync());
            }
            using var head = await endpoints.SendAsync("HEAD", "health");
            Assert.Equal(status, head.StatusCode);
            using var reader = await endpoints.SendAsync("GET", "health", Headers.Basic("readonly:"));
            Assert.Equal(status, reader.StatusCode);
            Assert.Contains("\"shards\"", await reader.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:3000")]
    [InlineData("localhost.evil.example")]
    public async Task A_name_that_is_not_ours_is_misdirected_whoever_asks(string host)
    {
        await using var endpoints = await Endpoints.StartAsync(access: new() { Hosts = "localhost, 127.0.0.1" });
        foreach (var (method, path) in ((string, string)[])[("GET", "health"), ("GET", "clusters"), ("POST", "clusters/shop/takeover")])
        {
            using var answer = await endpoints.SendAsync(method, path, ("Host", host), ("Origin", $"http://{host}"));
            Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
            Assert.Contains("Api:Hosts", await ProblemAsync(answer), StringComparison.Ordinal);
        }
        using var ours = await endpoints.SendAsync("GET", "clusters", ("Host", "LOCALHOST:4000"));
        Assert.Equal(HttpStatusCode.OK, ours.StatusCode);
    }

    [Theory]
    [InlineData("tag?instance=db2&tag=x", "detail")]
    [InlineData("/api/tag/db2/3306/x/1", "Message")]
    public async Task A_body_that_is_too_long_is_refused_and_one_that_is_short_is_passed_over(string path, string field)
    {
        await using var endpoints = await Endpoints.StartAsync();
        var method = path[0] == '/' ? "GET" : "POST";
        using var longer = await endpoints.SendAsync(method, path, ("Content-Length", "65537"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, longer.StatusCode);
        using var document = JsonDocument.Parse(await longer.Content.ReadAsStringAsync());
        Assert.Contains("65537 bytes", document.RootElement.GetProperty(field).GetString(), StringComparison.Ordinal);
        Assert.Empty(endpoints.Memory.Entries);
        using var shorter = await endpoints.SendAsync(method, path, ("Content-Length", "1000"));
        Assert.Equal(HttpStatusCode.OK, shorter.StatusCode);
    }

    private static async Task<string> ProblemAsync(HttpResponseMessage answer)
    {
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return document.RootElement.GetProperty("detail").GetString()!;
    }
}
