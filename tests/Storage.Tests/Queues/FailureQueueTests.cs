using System.Text.Json.Nodes;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tests.Queues;

public sealed class FailureQueueTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_failure_comes_back_and_is_hidden_until_it_is_completed()
    {
        var queue = (await Rooms.OpenAsync()).Room.Failures;
        Assert.Null(await queue.ReceiveAsync(Hidden, None));
        var failure = Samples.Failure("f-1", "db1 <refused> & \"größe\" \u0001 🐬", "]]>");
        await queue.SendAsync(failure, None);
        var received = await queue.ReceiveAsync(Hidden, None);
        Assert.Equal(Samples.Json(failure), Samples.Json(received!.Failure));
        Assert.Equal(1, received.DeliveryCount);
        Assert.Null(await queue.ReceiveAsync(Hidden, None));
        await queue.CompleteAsync(received, None);
        await queue.CompleteAsync(received, None);
        await queue.AbandonAsync(received, None);
        Assert.Null(await queue.ReceiveAsync(Hidden, None));
    }

    [Fact]
    public async Task What_is_practised_is_received_by_nobody()
    {
        var queue = (await Rooms.OpenAsync()).Room.Failures;
        await queue.PractiseAsync(Samples.Failure(), None);
        Assert.Null(await queue.ReceiveAsync(Hidden, None));
    }

    [Fact]
    public async Task An_abandoned_failure_is_delivered_again_and_its_old_receipt_is_void()
    {
        var queue = (await Rooms.OpenAsync()).Room.Failures;
        await queue.SendAsync(Samples.Failure(), None);
        var first = await queue.ReceiveAsync(Hidden, None);
        await queue.AbandonAsync(first!, None);
        var second = await queue.ReceiveAsync(Hidden, None);
        Assert.Equal(2, second!.DeliveryCount);
        await queue.CompleteAsync(first!, None);
        await queue.AbandonAsync(second, None);
        Assert.Equal(3, (await queue.ReceiveAsync(Hidden, None))!.DeliveryCount);
    }

    [Fact]
    public async Task Duplicates_are_delivered_as_they_were_sent()
    {
        var queue = (await Rooms.OpenAsync()).Room.Failures;
        await queue.SendAsync(Samples.Failure(), None);
        await queue.SendAsync(Samples.Failure(), None);
        Assert.Equal("f-1", (await queue.ReceiveAsync(Hidden, None))!.Failure.Id);
        Assert.Equal("f-1", (await queue.ReceiveAsync(Hidden, None))!.Failure.Id);
    }

    [Theory]
    [InlineData("hello", "cannot be read")]
    [InlineData("", "cannot be read")]
    [InlineData("aGVsbG8=", "cannot be read")]
    [InlineData("[1]", "not a JSON object")]
    [InlineData("{}", "no number 'schema'")]
    [InlineData("{\"schema\":\"1\"}", "no number 'schema'")]
    [InlineData("{\"schema\":0}", "schema 0; this version reads 1")]
    [InlineData("{\"schema\":2,\"id\":\"x\"}", "schema 2; this version reads 1")]
    [InlineData("{\"schema\":1}", "lacks an id")]
    [InlineData("{\"schema\":1,\"id\":\"x\",\"cluster\":\"NO\",\"subject\":\"db1:3306\",\"kind\":\"DeadPrimary\"}", "cannot be read")]
    [InlineData("{\"schema\":1,\"id\":\"x\",\"cluster\":\"shop-1\",\"subject\":\"db1:3306\",\"code\":\"InventedLater\"}", "cannot be read")]
    public async Task What_cannot_be_read_moves_to_the_poison_queue_with_the_reason(string body, string because)
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.Queue("-failures").SendMessageAsync(body);
        await rooms.Room.Failures.SendAsync(Samples.Failure("good"), None);
        Assert.Equal("good", (await rooms.Room.Failures.ReceiveAsync(Hidden, None))!.Failure.Id);
        var poison = await PoisonAsync(rooms);
        Assert.Contains(because, (string)poison["reason"]!, StringComparison.Ordinal);
        Assert.Equal(body, (string)poison["body"]!);
        Assert.Single(rooms.Log.Lines);
    }

    [Fact]
    public async Task A_failure_with_less_than_we_write_today_is_read()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.Queue("-failures").SendMessageAsync("{\"schema\":1,\"novelty\":{},\"id\":\"x\",\"cluster\":\"shop-1\",\"subject\":\"db1:3306\",\"kind\":\"DeadPrimary\"}");
        var failure = (await rooms.Room.Failures.ReceiveAsync(Hidden, None))!.Failure;
        Assert.Equal(("x", ""), (failure.Id, failure.Sentence));
        Assert.Empty(failure.Evidence);
    }

    [Fact]
    public async Task A_message_tried_too_often_moves_to_the_poison_queue()
    {
        var rooms = await Rooms.OpenAsync();
        var queue = rooms.Room.Failures;
        await queue.SendAsync(Samples.Failure(), None);
        for (var delivery = 1; delivery <= 5; delivery++)
        {
            var received = await queue.ReceiveAsync(Hidden, None);
            Assert.Equal(delivery, received!.DeliveryCount);
            await queue.AbandonAsync(received, None);
        }
        Assert.Null(await queue.ReceiveAsync(Hidden, None));
        Assert.Contains("delivered 6 times", (string)(await PoisonAsync(rooms))["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evidence_that_does_not_fit_is_left_out_and_counted()
    {
        var queue = (await Rooms.OpenAsync()).Room.Failures;
        await queue.SendAsync(Samples.Failure("f-1", [.. Enumerable.Range(0, 1000).Select(i => $"{i} {new string('ä', 100)}")]), None);
        var evidence = (await queue.ReceiveAsync(Hidden, None))!.Failure.Evidence;
        Assert.StartsWith("0 ", evidence[0], StringComparison.Ordinal);
        Assert.Equal($"and {1000 - (evidence.Length - 1)} more", evidence[^1]);
        var tooLong = Samples.Failure() with { Sentence = new string('x', 70_000) };
        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.SendAsync(tooLong, None));
    }

    [Fact]
    public async Task The_largest_strange_message_fits_the_poison_queue_in_part()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.Queue("-failures").SendMessageAsync(new string('"', 64 * 1024));
        Assert.Null(await rooms.Room.Failures.ReceiveAsync(Hidden, None));
        var poison = await PoisonAsync(rooms);
        Assert.False((bool)poison["isWhole"]!);
    }

    [Fact]
    public async Task A_lost_answer_loses_no_failure()
    {
        var rooms = await Rooms.OpenAsync();
        var faults = new Faults();
        var queue = (await rooms.AnotherAsync(faults)).Failures;
        faults.LoseAnswer(match: "POST");
        await queue.SendAsync(Samples.Failure(), None); // may be there twice
        var received = await queue.ReceiveAsync(Hidden, None);
        faults.LoseAnswer(match: "DELETE");
        await queue.CompleteAsync(received!, None);
        Assert.Equal(2, faults.Injected);
    }

    [Fact]
    public async Task A_receipt_of_another_queue_is_refused()
    {
        var queue = (await Rooms.OpenAsync()).Room.Failures;
        await Assert.ThrowsAsync<ArgumentException>(() => queue.CompleteAsync(new ReceivedFailure(Samples.Failure(), 1, "receipt"), None));
    }

    private static async Task<JsonObject> PoisonAsync(Rooms rooms)
    {
        var message = (await rooms.Queue("-failures-poison").ReceiveMessageAsync()).Value;
        return JsonNode.Parse(message.MessageText)!.AsObject();
    }
}
