using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.Api.Tests.V2;

public sealed class ProcessHealthTests
{
    private static readonly ApiOptions Password = new() { Authentication = AuthenticationMethod.Basic, User = "dana", Password = "secret" };

    [Fact]
    public async Task A_process_that_can_read_storage_is_ready_though_nobody_watches_and_nothing_is_known()
    {
        await using var endpoints = await Endpoints.StartAsync(access: Password);
        await endpoints.Memory.ForgetAllAsync();
        Assert.Equal("200 alive, 200 ready, 200 leader", await AllAsync(endpoints));
    }

    [Fact]
    public async Task A_process_that_cannot_read_storage_lives_and_gets_no_requests()
    {
        await using var endpoints = await Endpoints.StartAsync(Broken.Of<ISettingsStore>());
        Assert.Equal("200 alive, 503 not ready, 503 not leader", await AllAsync(endpoints));
    }

    [Fact]
    public async Task Storage_that_never_answers_is_away_in_time_for_a_load_balancer()
    {
        var silent = new Silent();
        await using var endpoints = await Endpoints.StartAsync(silent.Of<ISettingsStore>());
        var asking = StatusAsync(endpoints, "ready");
        await silent.Asked;
        endpoints.Time.Advance(Api.V3.Health.Patience);
        Assert.Equal("503 not ready", await asking);
    }

    [Fact]
    public async Task What_acts_is_not_sent_where_questions_alone_are_answered()
    {
        await using var endpoints = await Endpoints.StartAsync(access: new ApiOptions { ReadOnly = true });
        Assert.Equal("200 alive, 200 ready, 503 not leader", await AllAsync(endpoints));
    }

    [Theory]
    [InlineData("live", 200, "alive")]
    [InlineData("ready", 503, "not ready")]
    [InlineData("leader", 503, "not leader")]
    public async Task Before_storage_is_open_a_process_runs_and_nothing_more(string question, int status, string says)
    {
        var context = new DefaultHttpContext { Request = { Method = "GET", Path = $"/health/{question}" } };
        using var body = new MemoryStream();
        context.Response.Body = body;
        Assert.True(ClosedPipeline.IsHealth(context.Request));
        await ClosedPipeline.RunAsync(context, Password, NullLogger.Instance, "not open yet");
        Assert.Equal((status, $$"""{"status":"{{says}}"}"""), (context.Response.StatusCode, System.Text.Encoding.UTF8.GetString(body.ToArray())));
    }

    private static async Task<string> AllAsync(Endpoints endpoints) =>
        $"{await StatusAsync(endpoints, "live")}, {await StatusAsync(endpoints, "ready")}, {await StatusAsync(endpoints, "leader")}";

    private static async Task<string> StatusAsync(Endpoints endpoints, string question)
    {
        using var answer = await endpoints.SendAsync("GET", $"/health/{question}");
        using var document = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return $"{(int)answer.StatusCode} {document.RootElement.GetProperty("status").GetString()}";
    }
}
