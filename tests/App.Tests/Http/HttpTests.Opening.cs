using System.Text.Json;
using OrchestratorFunctions.Api;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.App.Tests.Http;

/// <summary>Requests that come before storage is open.</summary>
public sealed partial class HttpTests
{
    [Fact]
    public async Task A_room_that_does_not_open_is_waited_for_shortly_and_answers_when_it_is_open()
    {
        var opening = new TaskCompletionSource<AppRoom>();
        var opened = 0;
        await using var rooms = Rooms(_ =>
        {
            opened++;
            return opening.Task;
        });
        var health = AskAsync(rooms, "GET", "/api/v3/health");
        var clusters = AskAsync(rooms, "GET", "/api/v3/clusters");
        servers.Time.Advance(App.Http.Http.HealthPatience - TimeSpan.FromMilliseconds(1));
        Assert.False(health.IsCompleted || clusters.IsCompleted);
        servers.Time.Advance(TimeSpan.FromMilliseconds(1));
        const string problem = "this instance is still starting; try again in some seconds";
        Assert.Equal((503, $$"""{"healthy":false,"problem":"{{problem}}"}"""), Text(await health));
        // What a person asks for is worth more than the seconds an instance takes to start.
        Assert.False(clusters.IsCompleted);
        servers.Time.Advance(App.Http.Http.Patience - App.Http.Http.HealthPatience);
        Assert.Equal((503, $$"""{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"{{problem}}"}"""), Text(await clusters));

        // Opening belongs to nobody who asked: it went on.
        opening.SetResult(servers.Room());
        Assert.Equal(200, (await AskAsync(rooms, "GET", "/api/v3/clusters")).Status);
        Assert.Equal(1, opened);
    }

    [Fact]
    public async Task A_room_that_cannot_be_opened_is_tried_again_by_the_next_request()
    {
        var isAway = true;
        await using var rooms = Rooms(_ => isAway ? Task.FromException<AppRoom>(new TimeoutException("nobody answers")) : Task.FromResult(servers.Room()));
        var (status, body) = await AskAsync(rooms, "POST", "/api/v3/clusters/c-test/takeover");
        Assert.Equal(503, status);
        Assert.StartsWith("storage cannot be opened: TimeoutException", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        isAway = false;
        Assert.Equal(202, (await AskAsync(rooms, "POST", "/api/v3/clusters/c-test/takeover")).Status);
    }

    [Fact]
    public async Task While_the_room_is_not_open_strangers_are_told_no_more_than_otherwise()
    {
        (servers.Settings.Api.Authentication, servers.Settings.Api.User, servers.Settings.Api.Password) = (AuthenticationMethod.Multi, "dana", "secret");
        servers.Settings.Api.Hosts = "app.example";
        await using var rooms = Rooms(_ => Task.FromException<AppRoom>(new IOException("away")));
        Assert.Equal((503, """{"healthy":false}"""), Text(await AskAsync(rooms, "GET", "/api/v3/health")));
        Assert.Equal((503, true), Told(await AskAsync(rooms, "GET", "/api/v3/health", Password("readonly:"))));
        Assert.Equal((503, """{"Code":"ERROR","Message":"not ready","Details":null}"""), Text(await AskAsync(rooms, "GET", "/api/leader-check")));
        Assert.Equal(401, (await AskAsync(rooms, "GET", "/api/v3/clusters")).Status);
        Assert.Equal(403, (await AskAsync(rooms, "POST", "/api/v3/discover", Password("readonly:"))).Status);
        Assert.Equal((503, true), Told(await AskAsync(rooms, "POST", "/api/v3/discover", Password("dana:secret"))));
        servers.Settings.Api.Hosts = "another.example";
        Assert.Equal(421, (await AskAsync(rooms, "GET", "/api/v3/health")).Status);
    }
}
