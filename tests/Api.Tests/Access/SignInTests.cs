using System.Net;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.Api.Tests.Access;

public sealed class SignInTests
{
    private const string Header = "X-MS-CLIENT-PRINCIPAL-NAME";

    private static readonly TokenValue Value = TokenValue.New();

    [Theory]
    [InlineData(AuthenticationMethod.None)]
    [InlineData(AuthenticationMethod.Basic)]
    [InlineData(AuthenticationMethod.Multi)]
    [InlineData(AuthenticationMethod.Proxy)]
    public async Task A_token_counts_beside_every_way_to_sign_in(AuthenticationMethod method)
    {
        await using var endpoints = await StartAsync(method);
        Assert.Equal((200, "token:ci"), await DeclareAsync(endpoints, ("Authorization", $"Bearer {Value.Text}")));
        Assert.Equal((200, "token:ci"), await DeclareAsync(endpoints, ("authorization", $"bearer {Value.Text}"), (Header, "eve")));
        Assert.Equal((401, ""), await DeclareAsync(endpoints, ("Authorization", $"Bearer {TokenValue.New().Text}"), (Header, "eve")));
        Assert.Equal((401, ""), await DeclareAsync(endpoints, ("Authorization", "Bearer orc_x"), (Header, "eve")));
    }

    /// <summary>orchestrator's client sends user and password, and nothing else.</summary>
    [Theory]
    [InlineData("token", 200)]
    [InlineData("ci", 200)]
    [InlineData("dana", 401)]
    [InlineData("", 401)]
    public async Task Where_a_password_is_asked_for_a_token_may_stand_in_its_place(string user, int status)
    {
        await using var endpoints = await StartAsync(AuthenticationMethod.Basic);
        Assert.Equal((status, status == 200 ? "token:ci" : ""), await DeclareAsync(endpoints, Headers.Basic($"{user}:{Value.Text}")));
        Assert.DoesNotContain(endpoints.Log.Lines, l => l.Says.Contains(Value.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_reads_a_password_where_none_is_asked_for()
    {
        await using var endpoints = await StartAsync(AuthenticationMethod.Proxy);
        Assert.Equal((401, ""), await DeclareAsync(endpoints, Headers.Basic($"token:{Value.Text}")));
    }

    /// <summary>A proxy that signs people in may hand on what it was given.</summary>
    [Fact]
    public async Task A_bearer_token_of_others_is_none_of_ours()
    {
        await using var endpoints = await StartAsync(AuthenticationMethod.Proxy);
        Assert.Equal((200, "eve"), await DeclareAsync(endpoints, ("Authorization", "Bearer eyJhbGciOi"), (Header, "eve")));
    }

    /// <summary>A browser adds a password by itself, also one that is a token, and no Bearer token.</summary>
    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Accept-Language", "en")]
    public async Task A_bearer_token_acts_whatever_page_asks_and_a_password_does_not(string header, string value)
    {
        await using var endpoints = await StartAsync(AuthenticationMethod.Basic);
        Assert.Equal((403, ""), await DeclareAsync(endpoints, Headers.Basic($"token:{Value.Text}"), (header, value)));
        Assert.Equal((200, "token:ci"), await DeclareAsync(endpoints, ("Authorization", $"Bearer {Value.Text}"), (header, value)));
    }

    [Fact]
    public async Task Two_headers_are_none()
    {
        await using var endpoints = await StartAsync(AuthenticationMethod.Basic);
        Assert.Equal((401, ""), await DeclareAsync(endpoints, ("Authorization", $"Bearer {Value.Text}"), Headers.Basic("dana:secret")));
    }

    private static async Task<Endpoints> StartAsync(AuthenticationMethod method)
    {
        var isByPassword = method is AuthenticationMethod.Basic or AuthenticationMethod.Multi;
        var endpoints = await Endpoints.StartAsync(access: isByPassword ? new() { Authentication = method, User = "dana", Password = "secret" } : new() { Authentication = method });
        await endpoints.Memory.AddTokenAsync(new StoredToken("ci", Value.Id, "operate", Value.Hash, "ann", World.Noon, World.Noon.AddDays(90)), default);
        return endpoints;
    }

    /// <summary>The status, and who stands in the audit log.</summary>
    private static async Task<(int Status, string Actor)> DeclareAsync(Endpoints endpoints, params (string Name, string Value)[] headers)
    {
        var before = endpoints.Memory.Entries.Count;
        using var answer = await endpoints.SendAsync("GET", "/api/tag/db2/3306/x/" + before, headers);
        var after = endpoints.Memory.Entries.Count;
        return ((int)answer.StatusCode, after > before ? endpoints.Memory.Entries[^1].Actor : "");
    }
}
