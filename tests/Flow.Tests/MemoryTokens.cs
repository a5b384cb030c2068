using System.Collections.Immutable;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>Tokens, and how often they were read and written.</summary>
internal sealed partial class Memory : ITokenStore
{
    private readonly SortedDictionary<string, StoredToken> tokens = new(StringComparer.Ordinal);

    public int TokenReads { get; private set; }

    public int TokenUses { get; private set; }

    /// <summary>Thrown by who reads tokens; null where that works.</summary>
    public Exception? TokensAway { get; set; }

    public Task<ImmutableArray<StoredToken>> ReadTokensAsync(CancellationToken cancel)
    {
        if (TokensAway is { } away) return Task.FromException<ImmutableArray<StoredToken>>(away);
        lock (gate)
        {
            TokenReads++;
            return Task.FromResult(tokens.Values.ToImmutableArray());
        }
    }

    public Task<bool> AddTokenAsync(StoredToken token, CancellationToken cancel)
    {
        lock (gate) return Task.FromResult(tokens.TryAdd(token.Name, token));
    }

    public Task<bool> RemoveTokenAsync(StoredToken token, CancellationToken cancel)
    {
        lock (gate) return Task.FromResult(tokens.TryGetValue(token.Name, out var there) && there.Id == token.Id && tokens.Remove(token.Name));
    }

    public Task SaveTokenUseAsync(StoredToken token, DateTimeOffset at, CancellationToken cancel)
    {
        lock (gate)
        {
            TokenUses++;
            if (tokens.TryGetValue(token.Name, out var there) && there.Id == token.Id) tokens[token.Name] = there with { UsedAt = at };
        }
        return Task.CompletedTask;
    }
}
