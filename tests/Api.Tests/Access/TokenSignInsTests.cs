using System.Net;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.Api.Tests.Access;

public sealed class TokenSignInsTests
{
    private static readonly TokenValue Value = TokenValue.New();

    [Fact]
    public async Task A_thousand_requests_read_the_tokens_once_and_write_its_use_once()
    {
        await using var endpoints = await StartAsync();
        for (var i = 0; i < 1000; i++) Assert.Equal(HttpStatusCode.OK, await AskAsync(endpoints, Value.Text));
        Assert.Equal((1, 1), (endpoints.Memory.TokenReads, endpoints.Memory.TokenUses));
        endpoints.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(endpoints, Value.Text));
        Assert.Equal((2, 1), (endpoints.Memory.TokenReads, endpoints.Memory.TokenUses));
        endpoints.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(endpoints, Value.Text));
        Assert.Equal(2, endpoints.Memory.TokenUses);
        Assert.Equal(World.Noon.AddHours(1), (await endpoints.Memory.ReadTokensAsync(default)).Single().UsedAt);
    }

    [Fact]
    public async Task What_is_revoked_elsewhere_is_let_in_for_some_seconds_and_no_longer()
    {
        await using var endpoints = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(endpoints, Value.Text));
        await endpoints.Memory.RemoveTokenAsync(Stored(Value), default);
        endpoints.Time.Advance(TokenSignIns.Believed);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(endpoints, Value.Text));
        Assert.True(TokenSignIns.Believed <= TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task What_is_created_elsewhere_is_let_in_at_once()
    {
        await using var endpoints = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(endpoints, Value.Text));
        var other = TokenValue.New();
        await endpoints.Memory.AddTokenAsync(Stored(other) with { Name = "other" }, default);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(endpoints, other.Text));
    }

    [Fact]
    public async Task Who_guesses_tokens_makes_storage_be_read_a_limited_number_of_times()
    {
        await using var endpoints = await StartAsync(new ApiOptions { FailedSignInsPerMinute = 0 });
        for (var i = 0; i < 300; i++) Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(endpoints, TokenValue.New().Text));
        Assert.Equal(1 + TokenSignIns.ReadAgainPerMinute, endpoints.Memory.TokenReads);
    }

    [Fact]
    public async Task The_right_id_with_a_wrong_secret_is_nobody()
    {
        await using var endpoints = await StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(endpoints, $"orc_{Value.Id}_{TokenValue.New().Text.Split('_')[2]}"));
        var line = Assert.Single(endpoints.Log.Lines);
        Assert.Equal($"Refused a sign-in: the token orc_{Value.Id}_…, from 127.0.0.1", line.Says);
    }

    [Fact]
    public async Task While_storage_is_away_no_token_is_let_in_and_the_answer_says_why()
    {
        await using var endpoints = await StartAsync();
        endpoints.Memory.TokensAway = new TimeoutException();
        using var answer = await endpoints.SendAsync("GET", "clusters", ("Authorization", $"Bearer {Value.Text}"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("storage does not answer", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        endpoints.Memory.TokensAway = null;
        Assert.Equal(HttpStatusCode.OK, await AskAsync(endpoints, Value.Text));
    }

    private static async Task<Endpoints> StartAsync(ApiOptions? access = null)
    {
        var endpoints = await Endpoints.StartAsync(access: access);
        await endpoints.Memory.AddTokenAsync(Stored(Value), default);
        return endpoints;
    }

    private static StoredToken Stored(TokenValue value) => new("ci", value.Id, "read", value.Hash, "ann", World.Noon, World.Noon.AddDays(90));

    private static async Task<HttpStatusCode> AskAsync(Endpoints endpoints, string token)
    {
        using var answer = await endpoints.SendAsync("GET", "openapi.json", ("Authorization", $"Bearer {token}"));
        return answer.StatusCode;
    }
}
