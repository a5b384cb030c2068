using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using OrchestratorFunctions.Api;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.App.Tests.Http;

public sealed partial class HttpTests : IAsyncDisposable
{
    private readonly Servers servers = new();
    private readonly FakeClient client = new();

    public ValueTask DisposeAsync() => client.DisposeAsync();

    [Fact]
    public async Task A_question_is_answered_by_the_api_room()
    {
        var (status, body) = await AskAsync("GET", "/api/v3/clusters");
        Assert.Equal(200, status);
        Assert.Equal("c-test", body.GetProperty("items")[0].GetProperty("cluster").GetString());
    }

    [Fact]
    public async Task A_path_nobody_answers_is_not_found() => Assert.Equal(404, (await AskAsync("GET", "/api/v3/nothing")).Status);

    [Fact]
    public async Task A_takeover_starts_an_orchestration_and_says_where_to_look()
    {
        servers.Settings.Api.Authentication = AuthenticationMethod.Proxy;
        var (status, body) = await AskAsync("POST", "/api/v3/clusters/c-test/takeover?to=db3:3306", ("X-MS-CLIENT-PRINCIPAL-NAME", "dana"));
        Assert.Equal(202, status);
        var (name, id, input) = Assert.Single(client.Started);
        Assert.Equal(Names.RunPlan, name);
        Assert.Equal($"/api/v3/recoveries/{id}", body.GetProperty("see").GetString());
        Assert.Equal(new App.Recoveries.OrchestrationInput(id, "c-test"), input);
        // What it points to is there by now.
        var (found, record) = await AskAsync("GET", body.GetProperty("see").GetString()!, ("X-MS-CLIENT-PRINCIPAL-NAME", "dana"));
        Assert.Equal((200, "dana"), (found, record.GetProperty("recovery").GetProperty("actor").GetString()));
        Assert.Equal("db3:3306", record.GetProperty("recovery").GetProperty("target").GetString());
    }

    [Fact]
    public async Task A_move_starts_an_orchestration_and_says_where_to_look()
    {
        var (status, body) = await AskAsync("POST", "/api/v3/relocate?instance=db3:3306&below=db2:3306");
        Assert.Equal(202, status);
        var (name, id, input) = Assert.Single(client.Started);
        Assert.Equal(Names.RunPlan, name);
        Assert.Equal($"/api/v3/recoveries/{id}", body.GetProperty("see").GetString());
        Assert.Equal(new App.Recoveries.OrchestrationInput(id, "c-test"), input);
    }

    [Theory]
    [InlineData("/api/v3/clusters/c-test/open", 400)]
    [InlineData("/api/v3/clusters/c-test/failover?because=x&primaryIsDead=yes", 400)]
    [InlineData("/api/v3/relocate?below=db2:3306", 400)]
    [InlineData("/api/v3/relocate?instance=db3:3306&below=db2:0", 400)]
    [InlineData("/api/v3/relocate?instance=db1:3306&below=db2:3306", 409)]
    [InlineData("/api/v3/clusters/c-test/takeover?to=:0", 400)]
    [InlineData("/api/v3/clusters/another/takeover", 404)]
    [InlineData("/api/v3/recoveries/none/approve", 404)]
    public async Task What_cannot_be_is_refused_and_starts_nothing(string path, int status)
    {
        Assert.Equal(status, (await AskAsync("POST", path)).Status);
        Assert.Empty(client.Started);
    }

    [Fact]
    public async Task Scripts_of_orchestrator_are_answered_in_their_own_shapes()
    {
        Assert.Equal((200, """["db1:3306"]"""), Text(await AskAsync("GET", "/api/clusters")));
        var (status, plan) = await AskAsync("GET", "/api/relocate/db3/3306/db2/3306?dryRun=true");
        Assert.True((status, plan.GetProperty("Code").GetString()) == (200, "OK"), plan.ToString());
        (status, var wrong) = await AskAsync("GET", "/api/relocate/db3/3306/db9/3306");
        Assert.Equal((500, "ERROR"), (status, wrong.GetProperty("Code").GetString()));
        Assert.Empty(client.Started);
    }

    /// <summary>Of several instances each would tell its own counters, so there are no metrics here.</summary>
    [Fact]
    public async Task The_forks_surface_is_answered_here_too_and_metrics_are_not()
    {
        var (status, body) = await AskAsync("GET", "/api/v2/clusters/c-test");
        Assert.Equal((200, "ok", "db1:3306"), (status, body.GetProperty("status").GetString(), body.GetProperty("data").GetProperty("ClusterName").GetString()));
        foreach (var (question, says) in ((string, string)[])[("live", "alive"), ("ready", "ready"), ("leader", "leader")])
        {
            (status, body) = await AskAsync("GET", $"/health/{question}");
            Assert.Equal((200, says), (status, body.GetProperty("status").GetString()));
        }
        Assert.Equal(404, (await AskAsync("GET", "/metrics")).Status);
    }

    [Fact]
    public async Task Pages_of_other_sites_act_on_nothing()
    {
        Assert.Equal(403, (await AskAsync("POST", "/api/v3/clusters/c-test/takeover", ("Origin", "https://evil.example"))).Status);
        Assert.Equal(202, (await AskAsync("POST", "/api/v3/clusters/c-test/takeover", ("Origin", "https://app.example"))).Status);
    }

    [Fact]
    public async Task A_read_only_installation_says_so()
    {
        servers.Settings.Api.ReadOnly = true;
        var (status, body) = await AskAsync("POST", "/api/v3/clusters/c-test/takeover");
        Assert.Equal(403, status);
        Assert.Contains("Api:ReadOnly", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dana", 202, 200)]
    [InlineData("DANA", 202, 200)]
    [InlineData("eve", 403, 200)]
    [InlineData("", 401, 401)]
    public async Task Behind_Entra_only_power_users_act_and_nobody_else_is_let_in(string user, int acting, int reading)
    {
        (servers.Settings.Api.Authentication, servers.Settings.Api.PowerUsers) = (AuthenticationMethod.Proxy, "dana, frank");
        Assert.Equal(acting, (await AskAsync("POST", "/api/v3/clusters/c-test/takeover", ("X-MS-CLIENT-PRINCIPAL-NAME", user))).Status);
        Assert.Equal(reading, (await AskAsync("GET", "/api/v3/clusters", ("X-MS-CLIENT-PRINCIPAL-NAME", user))).Status);
    }

    [Fact]
    public async Task A_name_in_the_header_counts_for_nothing_unless_a_proxy_is_known_to_be_in_front()
    {
        Assert.Equal(202, (await AskAsync("POST", "/api/v3/clusters/c-test/takeover", ("X-MS-CLIENT-PRINCIPAL-NAME", "dana"))).Status);
        Assert.Equal("http", await ActorAsync());
    }

    // The host has looked at the key by then; both travel in headers of their own.
    [Theory]
    [InlineData("", "x-functions-key")]
    [InlineData("?code=key", "x-nothing")]
    public async Task A_password_goes_with_the_key_of_the_function(string query, string header)
    {
        (servers.Settings.Api.Authentication, servers.Settings.Api.User, servers.Settings.Api.Password) = (AuthenticationMethod.Basic, "dana", "secret");
        var path = $"/api/v3/clusters/c-test/takeover{query}";
        var (status, body) = await AskAsync("POST", path, (header, "key"));
        Assert.Equal(401, status);
        Assert.Contains("Api:Authentication", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(401, (await AskAsync("POST", path, (header, "key"), Password("dana:wrong"))).Status);
        Assert.Empty(client.Started);

        Assert.Equal(202, (await AskAsync("POST", path, (header, "key"), Password("dana:secret"))).Status);
        Assert.Equal("dana", await ActorAsync());
    }

    private async Task<string> ActorAsync() => (await servers.Memory.ReadAsync(Assert.Single(client.Started).Id, default))!.Recovery.Actor;

    [Fact]
    public async Task Health_is_answered_to_everybody_and_its_details_to_who_may_read()
    {
        (servers.Settings.Api.Authentication, servers.Settings.Api.User, servers.Settings.Api.Password) = (AuthenticationMethod.Basic, "dana", "secret");
        var (status, body) = await AskAsync("GET", "/api/v3/health");
        Assert.Equal((503, """{"healthy":false}"""), (status, body.ToString()));
        (status, body) = await AskAsync("GET", "/api/v3/health", Password("dana:secret"));
        Assert.Equal(503, status);
        Assert.True(body.TryGetProperty("shards", out _));
    }

    [Fact]
    public async Task A_name_that_is_not_ours_is_misdirected()
    {
        servers.Settings.Api.Hosts = "another.example";
        var (status, body) = await AskAsync("GET", "/api/v3/health");
        Assert.Equal(421, status);
        Assert.Contains("Api:Hosts", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_to_a_running_recovery_goes_to_its_orchestration_and_one_too_late_is_a_conflict()
    {
        servers.Settings.Flow.Recovery.ApproveClusters = "*";
        servers.World.Kill(World.Primary);
        await servers.Room().Flow.Recover.RunAsync(Servers.DeadPrimary(), default);
        client.Instances["f1"] = Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Running;

        Assert.Equal(202, (await AskAsync("POST", "/api/v3/recoveries/f1/approve?because=seen")).Status);
        Assert.Equal(("f1", Names.OperatorEvent, new App.Recoveries.SignalMessage(SignalKind.Approve, "http", "seen", "db2:3306")), Assert.Single(client.Raised));

        Assert.Equal(409, (await AskAsync("POST", "/api/v3/recoveries/f1/approve?candidate=db3:3306")).Status);
        Assert.Equal(409, (await AskAsync("POST", "/api/v3/clusters/c-test/takeover")).Status);
        client.Instances.Clear();
        Assert.Equal(202, (await AskAsync("POST", "/api/v3/recoveries/f1/cancel")).Status);
        Assert.Equal(409, (await AskAsync("POST", "/api/v3/recoveries/f1/approve")).Status);
    }

    [Fact]
    public async Task Servers_are_discovered_by_the_instance_that_answers()
    {
        await servers.Memory.ForgetAllAsync();
        var (status, body) = await AskAsync("POST", "/api/v3/discover?instance=db2:3306&alias=shop");
        Assert.Equal((200, "db1:3306"), (status, body.GetProperty("clusters")[0].GetProperty("primary").GetString()));
        Assert.Equal("shop", Assert.Single(await servers.Memory.ReadAllAsync(default)).Alias);
        Assert.Equal("discover", Assert.Single(servers.Memory.Entries).Act);
    }

    private AppSource Rooms(Func<CancellationToken, Task<AppRoom>> open) => new(open, servers.Settings.Api, servers.Time);

    private static (int Status, string Body) Text((int Status, JsonElement Body) answer) => (answer.Status, answer.Body.ToString());

    private static (int Status, bool Why) Told((int Status, JsonElement Body) answer) => (answer.Status, answer.Body.TryGetProperty("detail", out _) || answer.Body.TryGetProperty("problem", out _));

    private static (string Name, string Value) Password(string credentials) => ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));

    private Task<(int Status, JsonElement Body)> AskAsync(string method, string target, params (string Name, string Value)[] headers) =>
        AskAsync(servers.Instance(), method, target, headers);

    private async Task<(int Status, JsonElement Body)> AskAsync(
        AppSource rooms, string method, string target, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext { Request = { Method = method, Scheme = "https", Host = new HostString("app.example") } };
        var query = target.IndexOf('?', StringComparison.Ordinal);
        (context.Request.Path, context.Request.QueryString) = query < 0 ? (target, default) : (target[..query], new QueryString(target[query..]));
        foreach (var (name, value) in headers) context.Request.Headers[name] = value;
        // The worker's own routing has been here before.
        context.SetEndpoint(new Endpoint(null, null, "the catch-all function"));
        using var body = new MemoryStream();
        context.Response.Body = body;

        Assert.IsType<EmptyResult>(await new App.Http.Http(rooms).RunAsync(context.Request, client, default));
        Assert.Equal("the catch-all function", context.GetEndpoint()!.DisplayName);
        return (context.Response.StatusCode, body.Length == 0 ? default : JsonDocument.Parse(body.ToArray()).RootElement.Clone());
    }
}
