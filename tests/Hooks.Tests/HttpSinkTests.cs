using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Hooks.Tests;

public sealed class HttpSinkTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private static readonly Notice Notice = new()
    {
        Type = NoticeType.RecoveryEnded, Id = "r1/recovery-ended", At = Noon, Says = "größer: db2 is the primary", Text = "größer: db2 is the primary", Cluster = new("c-test"), Recovery = "r1",
        Kind = PlanKinds.DeadPrimary, Subject = new("db1", 3306), Actor = "watcher",
    };

    [Fact]
    public async Task A_notice_is_posted_as_JSON_and_its_signature_can_be_verified_by_others()
    {
        await using var receiver = await Receiver.StartAsync();
        var (sink, _) = SinkTo(receiver, secret: "whsec_" + Convert.ToBase64String(Key));
        Assert.IsType<Delivery.Done>(await sink.DeliverAsync(Notice, None));

        var post = Assert.Single(receiver.Posts);
        Assert.Equal(("POST", "/room?token=hidden", "application/json"), (post.Method, post.Path, post.Headers.ContentType.ToString()));
        Assert.Equal("r1/recovery-ended", post.Headers["webhook-id"]);
        Assert.Equal(Noon.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), post.Headers["webhook-timestamp"]);
        Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(Notice, CoreJson.Options), post.Body);
        // As a receiver would do it.
        using var hmac = new HMACSHA256(Key);
        var content = $"{post.Headers["webhook-id"]}.{post.Headers["webhook-timestamp"]}.{Encoding.UTF8.GetString(post.Body)}";
        Assert.Equal("v1," + Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(content))), post.Headers["webhook-signature"]);
    }

    [Fact]
    public async Task Without_a_secret_there_is_no_signature_and_no_trace_of_the_address_anywhere()
    {
        await using var receiver = await Receiver.StartAsync();
        var seen = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => seen.Add(activity.DisplayName),
        };
        ActivitySource.AddActivityListener(listener);
        var (sink, _) = SinkTo(receiver);
        await sink.DeliverAsync(Notice, None);
        var headers = Assert.Single(receiver.Posts).Headers;
        Assert.False(headers.ContainsKey("webhook-signature"));
        Assert.False(headers.ContainsKey("traceparent"));
        Assert.Empty(seen);
        Assert.Equal("http://127.0.0.1", sink.Name);
        Assert.Matches("^[0-9a-f]{16}$", sink.Mark);
    }

    [Fact]
    public async Task After_a_500_it_is_tried_again_with_the_same_id_and_the_time_of_the_new_try()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (context, number) => Status(context, number == 1 ? 500 : 204);
        var (sink, time) = SinkTo(receiver);
        Assert.Equal(new Delivery.Later("answered 500"), await sink.DeliverAsync(Notice, None));
        time.Advance(TimeSpan.FromSeconds(7));
        Assert.IsType<Delivery.Done>(await sink.DeliverAsync(Notice, None));
        Assert.Single(receiver.Posts.Select(p => p.Headers["webhook-id"].ToString()).Distinct());
        Assert.Equal([0, 7], receiver.Posts.Select(p => long.Parse(p.Headers["webhook-timestamp"]!, CultureInfo.InvariantCulture) - Noon.ToUnixTimeSeconds()));
    }

    [Theory]
    [InlineData(200, "Done")]
    [InlineData(202, "Done")]
    [InlineData(400, "Refused")]
    [InlineData(401, "Refused")]
    [InlineData(404, "Refused")]
    [InlineData(410, "Refused")]
    [InlineData(408, "Later")]
    [InlineData(425, "Later")]
    [InlineData(429, "Later")]
    [InlineData(502, "Later")]
    [InlineData(503, "Later")]
    public async Task An_answer_is_judged_by_its_status(int status, string expected)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (context, _) => Status(context, status);
        Assert.Equal(expected, (await SinkTo(receiver).Sink.DeliverAsync(Notice, None)).GetType().Name);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_refused_and_not_followed(int status)
    {
        await using var elsewhere = await Receiver.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (context, _) =>
        {
            context.Response.Headers.Location = elsewhere.Url + "/secret-path";
            return Status(context, status);
        };
        Assert.Equal(new Delivery.Refused($"answered {status}, and it is not followed to another address"), await SinkTo(receiver).Sink.DeliverAsync(Notice, None));
        Assert.Empty(elsewhere.Posts);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Thu, 01 Jan 2026 12:05:00 GMT", 300)]
    [InlineData("Thu, 01 Jan 2026 11:00:00 GMT", null)]
    [InlineData("soon", null)]
    public async Task A_pause_that_is_asked_for_is_handed_on(string header, int? seconds)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (context, _) =>
        {
            context.Response.Headers.RetryAfter = header;
            return Status(context, 429);
        };
        var later = Assert.IsType<Delivery.Later>(await SinkTo(receiver).Sink.DeliverAsync(Notice, None));
        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, later.After);
    }

    [Fact]
    public async Task A_receiver_that_hangs_is_left_after_the_timeout()
    {
        await using var receiver = await Receiver.StartAsync();
        var arrived = new TaskCompletionSource();
        receiver.Answer = (context, _) =>
        {
            arrived.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        var (sink, time) = SinkTo(receiver);
        var delivering = sink.DeliverAsync(Notice, None);
        await arrived.Task;
        Assert.False(delivering.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(new Delivery.Later("no answer within 00:00:05"), await delivering);
    }

    [Fact]
    public async Task A_body_without_end_is_not_read()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = async (context, _) =>
        {
            var chunk = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        };
        Assert.IsType<Delivery.Done>(await SinkTo(receiver).Sink.DeliverAsync(Notice, None).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Nobody_there_and_a_broken_connection_are_tried_again_and_give_nothing_away()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var (sink, _) = SinkTo($"http://127.0.0.1:{port}/room?token=hidden");
        // A connection that is reset before anything was sent breaks in another way than one that is reset after it.
        var broken = new List<Delivery>();
        for (var i = 0; i < 20; i++)
        {
            var delivering = sink.DeliverAsync(Notice, None);
            using (var socket = await listener.AcceptSocketAsync(None)) socket.LingerState = new LingerOption(true, 0);
            broken.Add(await delivering);
        }
        listener.Stop();
        var refused = Assert.IsType<Delivery.Later>(await sink.DeliverAsync(Notice, None));
        Assert.All(broken.Append(refused), d => Assert.DoesNotContain("hidden", Assert.IsType<Delivery.Later>(d).Because, StringComparison.Ordinal));
        Assert.Equal("no connection (ConnectionError)", refused.Because);
    }

    [Fact]
    public async Task Who_cancels_is_obeyed()
    {
        await using var receiver = await Receiver.StartAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SinkTo(receiver).Sink.DeliverAsync(Notice, new CancellationToken(canceled: true)));
    }

    private static (INoticeSink Sink, FakeTimeProvider Time) SinkTo(Receiver receiver, string secret = "") => SinkTo(receiver.Url + "/room?token=hidden", secret);

    private static (INoticeSink Sink, FakeTimeProvider Time) SinkTo(string url, string secret = "")
    {
        var time = new FakeTimeProvider(Noon);
        return (Assert.Single(new Webhooks(new HookOptions { Url = url, Secret = secret }, time).Sinks), time);
    }

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
