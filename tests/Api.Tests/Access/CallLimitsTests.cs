using System.Net;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.Api.Tests.Access;

public sealed class CallLimitsTests
{
    private const string Header = "X-MS-CLIENT-PRINCIPAL-NAME";

    [Fact]
    public async Task Who_acts_too_often_is_told_when_to_come_again_and_others_are_not()
    {
        await using var endpoints = await Endpoints.StartAsync(access: new() { Authentication = AuthenticationMethod.Proxy, ActsPerMinute = 3 });
        for (var i = 0; i < 3; i++) Assert.Equal(200, (await TagAsync(endpoints, "ann", i)).Status);
        Assert.Equal((429, "20", "'ann' acts more than 3 times a minute (Api:ActsPerMinute); again in 20 s"), await TagAsync(endpoints, "ann", 3));
        Assert.Equal(200, (await TagAsync(endpoints, "ben", 4)).Status);
        using var asked = await endpoints.SendAsync("GET", "clusters", (Header, "ann"));
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        Assert.Equal(4, endpoints.Memory.Entries.Count);
        endpoints.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(200, (await TagAsync(endpoints, "ann", 5)).Status);
        Assert.Equal(429, (await TagAsync(endpoints, "ann", 6)).Status);
    }

    [Theory]
    [InlineData("/api/tag/db2/3306/x/9", "\"Code\":\"ERROR\"")]
    [InlineData("/api/tokens", "\"Code\":\"ERROR\"")]
    [InlineData("tokens", "\"detail\":")]
    public async Task It_is_told_in_the_shape_of_the_surface_that_was_asked(string path, string shape)
    {
        await using var endpoints = await Endpoints.StartAsync(access: Password(failures: 1));
        foreach (var guess in (string[])["a", "b", "c"])
        {
            using var answer = await endpoints.SendAsync("GET", path, Headers.Basic($"dana:{guess}"));
            Assert.Equal(guess == "a" ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.Contains(shape, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    /// <summary>Also the right one: otherwise guessing would be as quick as before.</summary>
    [Fact]
    public async Task After_many_wrong_passwords_no_more_are_looked_at_from_that_address_for_a_while()
    {
        await using var endpoints = await Endpoints.StartAsync(access: Password(failures: 2));
        Assert.Equal((401, 401, 429, 429), (await AskAsync(endpoints, "dana:1"), await AskAsync(endpoints, "dana:2"), await AskAsync(endpoints, "dana:3"), await AskAsync(endpoints, "dana:secret")));
        endpoints.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(200, await AskAsync(endpoints, "dana:secret"));
    }

    [Fact]
    public async Task A_script_with_an_old_password_locks_nobody_out()
    {
        await using var endpoints = await Endpoints.StartAsync(access: Password(failures: 2));
        for (var i = 0; i < 50; i++) Assert.Equal(401, await AskAsync(endpoints, "dana:old"));
        Assert.Equal(200, await AskAsync(endpoints, "dana:secret"));
    }

    [Fact]
    public async Task A_token_is_let_in_all_the_same_and_health_tells_no_more_to_who_guesses()
    {
        await using var endpoints = await Endpoints.StartAsync(access: Password(failures: 1));
        var value = TokenValue.New();
        await endpoints.Memory.AddTokenAsync(new StoredToken("ci", value.Id, "read", value.Hash, "ann", World.Noon, World.Noon.AddDays(1)), default);
        Assert.Equal((401, 429), (await AskAsync(endpoints, "dana:1"), await AskAsync(endpoints, "dana:secret")));
        Assert.Equal(200, await AskAsync(endpoints, $"token:{value.Text}"));
        using var health = await endpoints.SendAsync("GET", "health", Headers.Basic("dana:secret"));
        Assert.Equal("""{"healthy":false}""", await health.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task With_0_nothing_is_limited()
    {
        var access = Password(failures: 0);
        access.ActsPerMinute = 0;
        await using var endpoints = await Endpoints.StartAsync(access: access);
        for (var i = 0; i < 100; i++) Assert.Equal(401, await AskAsync(endpoints, $"dana:{i}"));
        Assert.Equal(200, await AskAsync(endpoints, "dana:secret"));
    }

    private static ApiOptions Password(int failures) =>
        new() { Authentication = AuthenticationMethod.Basic, User = "dana", Password = "secret", FailedSignInsPerMinute = failures };

    private static async Task<int> AskAsync(Endpoints endpoints, string credentials)
    {
        using var answer = await endpoints.SendAsync("GET", "clusters", Headers.Basic(credentials));
        Assert.Equal(answer.StatusCode == HttpStatusCode.TooManyRequests, answer.Headers.RetryAfter is not null);
        return (int)answer.StatusCode;
    }

    private static async Task<(int Status, string RetryAfter, string Says)> TagAsync(Endpoints endpoints, string user, int value)
    {
        using var answer = await endpoints.SendAsync("POST", $"tag?instance=db2&tag=x={value}", (Header, user));
        using var document = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var says = document.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString()! : "";
        return ((int)answer.StatusCode, answer.Headers.RetryAfter?.ToString() ?? "", says);
    }
}
