using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Hooks;

namespace OrchestratorFunctions.Hooks.Tests;

/// <summary>Hooks that are addresses, against a real HTTP server.</summary>
public sealed class HookWebhookTests
{
    private const string Secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

    private static HookFacts Facts => new()
    {
        Id = "r1/pre-failover/1", Point = "pre-failover", Hook = "1", Recovery = "r1", Kind = PlanKinds.DeadPrimary, Cluster = new ClusterId("c-1"), Says = "db1 is dead",
        Actor = "orchestrator", Failed = new InstanceKey("db1", 3306), Replicas = [new InstanceKey("db2", 3306)], Lost = [], IsDowntimed = false, IsSuccessful = false, IsRecovered = true,
    };

    private static async Task<HookResult> AskAsync(Receiver receiver, CancellationToken cancel = default)
    {
        var options = new HookOptions { Secret = Secret };
        Assert.Null(options.Take("PreFailover:1:Url", receiver.Url + "/agree?key=of-the-room"));
        await using var webhooks = new Webhooks(options, TimeProvider.System);
        Assert.Empty(options.Problems(runsCommands: false));
        return await webhooks.Hooks!.RunAsync(HookPoint.PreFailover, Facts, cancel);
    }

    [Fact]
    public async Task The_facts_are_posted_and_signed_and_two_hundred_agrees()
    {
        await using var receiver = await Receiver.StartAsync();
        Assert.Equal(new HookResult(true, "answered 200"), await AskAsync(receiver));
        var posted = Assert.Single(receiver.Posts);
        Assert.Equal("r1/pre-failover/1", posted.Headers["webhook-id"]);
        var seconds = long.Parse(posted.Headers["webhook-timestamp"]!);
        Assert.Equal(Signature.Of(Secret)!.Sign("r1/pre-failover/1", seconds, posted.Body), posted.Headers["webhook-signature"]);
        var body = JsonDocument.Parse(posted.Body).RootElement;
        string[] told = [.. new[] { "failed", "recovery", "point", "kind" }.Select(name => body.GetProperty(name).GetString()!)];
        Assert.Equal(["db1:3306", "r1", "pre-failover", "DeadPrimary"], told);
        Assert.DoesNotContain("whsec_", Encoding.UTF8.GetString(posted.Body), StringComparison.Ordinal);
    }

    /// <summary>The path may be a secret, and servers repeat the one that they do not know.</summary>
    [Fact]
    public async Task What_the_answer_repeats_of_the_address_is_not_kept()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = async (context, _) =>
        {
            context.Response.StatusCode = 404;
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"Cannot POST {context.Request.Path}{context.Request.QueryString}"));
        };
        var result = await AskAsync(receiver);
        Assert.Contains("Cannot POST", result.Says, StringComparison.Ordinal);
        Assert.DoesNotContain("agree", result.Says, StringComparison.Ordinal);
        Assert.DoesNotContain("of-the-room", result.Says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(409)]
    [InlineData(503)]
    [InlineData(307)]
    public async Task Every_other_answer_is_no_with_the_beginning_of_what_was_said(int status)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = async (context, _) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes("\u001b[2Jnot now\n" + new string('x', 5000)));
        };
        var result = await AskAsync(receiver);
        Assert.False(result.Agrees);
        Assert.StartsWith($"answered {status}: [2Jnot now xxx", result.Says, StringComparison.Ordinal);
        Assert.True(result.Says.Length < 1100, result.Says);
        Assert.Single(receiver.Posts);
    }

    [Fact]
    public async Task Nobody_there_is_no_and_names_no_address()
    {
        var receiver = await Receiver.StartAsync();
        var options = new HookOptions { PreFailover = receiver.Url + "/of-the-room" };
        await receiver.DisposeAsync();
        await using var webhooks = new Webhooks(options, TimeProvider.System);
        var result = await webhooks.Hooks!.RunAsync(HookPoint.PreFailover, Facts with { Hook = "address-1" }, CancellationToken.None);
        Assert.Equal(new HookResult(false, "no connection (ConnectionError)"), result);
    }

    [Fact]
    public async Task Who_does_not_wait_any_longer_is_not_answered()
    {
        await using var receiver = await Receiver.StartAsync();
        using var cancel = new CancellationTokenSource();
        receiver.Answer = async (context, _) =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskAsync(receiver, cancel.Token));
    }
}
