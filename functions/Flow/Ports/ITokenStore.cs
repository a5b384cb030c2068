using System.Collections.Immutable;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>A token by which a program signs in. Its value is not here and cannot be made from this.</summary>
/// <param name="Name">Who stands in records, after <c>token:</c>.</param>
/// <param name="Id">Stands in the value too, so that its row is found; it is no secret.</param>
/// <param name="Role">What it allows: read, operate or power. Another text allows nothing.</param>
/// <param name="Hash">SHA-256 of the value, in hexadecimal digits.</param>
/// <param name="By">Who created it.</param>
/// <param name="UsedAt">Its last use, to the hour; null while it has not been used.</param>
public sealed record StoredToken(
    string Name, string Id, string Role, string Hash, string By, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt,
    DateTimeOffset? UsedAt = null);

/// <summary>The tokens of an installation, also those that have expired.</summary>
public interface ITokenStore
{
    /// <summary>Every token, by name.</summary>
    Task<ImmutableArray<StoredToken>> ReadTokensAsync(CancellationToken cancel);

    /// <summary>False when there is one of this name already: then nothing is changed.</summary>
    Task<bool> AddTokenAsync(StoredToken token, CancellationToken cancel);

    /// <summary>False when it is not there any more, or another one has its name.</summary>
    Task<bool> RemoveTokenAsync(StoredToken token, CancellationToken cancel);

    /// <summary>Keeps when a token was used last. One that was removed meanwhile stays removed.</summary>
    Task SaveTokenUseAsync(StoredToken token, DateTimeOffset at, CancellationToken cancel);
}
