using System.Net;
using System.Text.Json;
using OrchestratorFunctions.Api.Access;

namespace OrchestratorFunctions.Api.Tests.V3;

public sealed class OpenApiTests
{
    private const string Record = "RECORD_OPENAPI";

    [Fact]
    public async Task The_description_in_docs_is_that_of_the_endpoints()
    {
        await using var endpoints = await Endpoints.StartAsync();
        var made = await Description.OfAsync(endpoints.Services);
        var path = Path.Combine(Root(), "docs", "openapi.json");
        if (Environment.GetEnvironmentVariable(Record) is { Length: > 0 }) await File.WriteAllTextAsync(path, made);
        Assert.True(await File.ReadAllTextAsync(path) == made, $"docs/openapi.json: is not that of the endpoints; record it with {Record}=1 and build again");
    }

    [Fact]
    public async Task Every_endpoint_is_described_with_what_it_takes_and_who_may_ask()
    {
        await using var endpoints = await Endpoints.StartAsync();
        var paths = (await endpoints.GetAsync("openapi.json")).GetProperty("paths");
        var described = paths.EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Where(m => m.Name is "get" or "post").Select(m => (p.Name, m)))
            .ToDictionary(p => $"{p.m.Name.ToUpperInvariant()} {p.Name}", p => p.m.Value);
        Assert.Equal(endpoints.Mapped.Where(m => m.Method != "HEAD").Count(), described.Count);
        Assert.All(described.Values, d => Assert.Contains(d.GetProperty("x-needs").GetString(), (string[])["none", "read", "operate", "power"]));
        var failover = described["POST /api/v3/clusters/{cluster}/failover"];
        Assert.Equal(
            ["cluster in path, required", "to in query", "because in query, required", "primaryIsDead in query", "acceptLoss in query", "skipHooks in query"],
            failover.GetProperty("parameters").EnumerateArray().Select(TextOf));
        Assert.Equal("power", failover.GetProperty("x-needs").GetString());
        Assert.Equal("operate", described["POST /api/v3/downtime"].GetProperty("x-needs").GetString());
        Assert.Equal("read", described["GET /api/v3/clusters/{cluster}/failover/plan"].GetProperty("x-needs").GetString());
    }

    [Fact]
    public async Task Who_may_not_read_is_not_told()
    {
        await using var endpoints = await Endpoints.StartAsync(access: new() { Authentication = AuthenticationMethod.Multi, User = "dana", Password = "secret" });
        using var answer = await endpoints.SendAsync("GET", "openapi.json");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static string TextOf(JsonElement parameter) =>
        $"{parameter.GetProperty("name").GetString()} in {parameter.GetProperty("in").GetString()}"
        + (parameter.TryGetProperty("required", out var required) && required.GetBoolean() ? ", required" : "");

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "OrchestratorFunctions.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
