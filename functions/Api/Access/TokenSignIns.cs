using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Api.Access;

/// <summary>
/// Whose token a request carries. What is stored is believed for some seconds, so that a request does not cost a read
/// of the table: so long a token that was revoked is still let in. Safe for concurrent use.
/// </summary>
public sealed class TokenSignIns(ITokenStore store, TimeProvider time, ILogger log)
{
    /// <summary>What was read is believed for this long.</summary>
    public static readonly TimeSpan Believed = TimeSpan.FromSeconds(5);

    /// <summary>A token that is not among them may be new: they are read again, at most so often a minute.</summary>
    internal const int ReadAgainPerMinute = 60;

    /// <summary>Its last use is written at most so often.</summary>
    internal static readonly TimeSpan UseKept = TimeSpan.FromHours(1);

    /// <summary>Storage that does not answer for this long counts as away.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const string Wrong = "the token is not known, or was revoked: orchestrator tokens lists those there are";

    private readonly Lock gate = new();
    private readonly Buckets readAgain = new(ReadAgainPerMinute, time);
    private Read? last;
    private Task<Read>? reading;
    private ImmutableDictionary<string, DateTimeOffset> uses = ImmutableDictionary<string, DateTimeOffset>.Empty;

    /// <summary>Whose it is; null after the reason.</summary>
    /// <returns>The status is 503 where it cannot be told, because storage does not answer.</returns>
    internal async Task<(StoredToken? Token, int Status, string WhyNot)> FindAsync(
        string text, CancellationToken cancel)
    {
        if (TokenValue.Read(text) is not { } value) return (null, 401, Wrong);
        StoredToken? token;
        try
        {
            token = Of(value, await LookAsync(Believed, cancel));
            if (token is null && readAgain.Take("") is null) token = Of(value, await LookAsync(TimeSpan.Zero, cancel));
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            return (null, 503, $"storage does not answer, so no token can be checked ({e.GetType().Name})");
        }
        if (token is null) return (null, 401, Wrong);
        var now = time.GetUtcNow();
        if (token.ExpiresAt <= now)
            return (null, 401, $"token '{token.Name}' expired at {token.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");
        await KeepUseAsync(token, now, cancel);
        return (token, 200, "");
    }

    // The id is no secret; the hash is compared in a time that tells nothing.
    private static StoredToken? Of(TokenValue value, Read read) =>
        read.ById.TryGetValue(value.Id, out var token) && value.Is(token.Hash) ? token : null;

    private async Task<Read> LookAsync(TimeSpan believed, CancellationToken cancel)
    {
        Task<Read> asked;
        lock (gate)
        {
            if (last is { } known && time.GetElapsedTime(known.At) < believed) return known;
            // All that ask meanwhile wait for the same answer.
            asked = reading is { IsCompleted: false } ? reading : reading = ReadAsync();
        }
        return await asked.WaitAsync(Patience, time, cancel);
    }

    private async Task<Read> ReadAsync()
    {
        using var limit = new CancellationTokenSource(Patience, time);
        // What is read was so when it was asked for, or later.
        var at = time.GetTimestamp();
        var all = await store.ReadTokensAsync(limit.Token);
        var read = new Read(all.GroupBy(t => t.Id).ToImmutableDictionary(g => g.Key, g => g.First()), at);
        lock (gate) last = read;
        return read;
    }

    // To the hour, and whoever signs in does not fail because of it.
    private async Task KeepUseAsync(StoredToken token, DateTimeOffset now, CancellationToken cancel)
    {
        lock (gate)
        {
            var before = uses.TryGetValue(token.Id, out var here) ? here : token.UsedAt ?? DateTimeOffset.MinValue;
            if (now - before < UseKept) return;
            uses = uses.SetItem(token.Id, now);
        }
        try
        {
            await store.SaveTokenUseAsync(token, now, cancel).WaitAsync(Patience, time, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            log.UseNotKept(token.Name, e.GetType().Name);
        }
    }

    private sealed record Read(ImmutableDictionary<string, StoredToken> ById, long At);
}
