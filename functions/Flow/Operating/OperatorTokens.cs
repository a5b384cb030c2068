using System.Collections.Immutable;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>A token without its value.</summary>
/// <param name="Begins">How its value begins, to know it by.</param>
/// <param name="By">Who created it.</param>
/// <param name="UsedAt">Its last use, to the hour; null while it has not been used.</param>
public sealed record TokenEntry(
    string Name, string Role, string Begins, string By, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt,
    DateTimeOffset? UsedAt, bool IsExpired);

/// <summary>A token that was created now: the only answer that ever has its value.</summary>
/// <param name="Token">The value: a secret.</param>
public sealed record CreatedToken(string Name, string Role, string Token, DateTimeOffset ExpiresAt, string Says);

/// <summary>
/// Creates, lists and revokes the tokens by which programs sign in. A value is answered once, and stands in no row, log
/// or audit entry.
/// </summary>
public sealed class OperatorTokens(VerbPorts ports)
{
    /// <summary>An installation has no more tokens than that, those that have expired included.</summary>
    public const int Most = 500;

    /// <summary>The longest name.</summary>
    public const int LongestName = 60;

    /// <summary>A token is good for as long as that, or for something between.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromDays(365);

    /// <summary>Who stands in records for a token.</summary>
    public const string ActorBegins = "token:";

    /// <param name="role">read, operate or power.</param>
    /// <param name="lasts">At most <see cref="Longest"/>.</param>
    public async Task<OperationAnswer> CreateAsync(
        string name, string role, TimeSpan lasts, string actor, string because, CancellationToken cancel)
    {
        if (WhyNot(name, role, lasts) is { } wrong) return OperationAnswer.BadInput(wrong);
        var (now, value) = (ports.Time.GetUtcNow(), TokenValue.New());
        var all = await ports.Tokens.ReadTokensAsync(cancel);
        var former = all.FirstOrDefault(t => t.Name == name);
        if (former is not null && former.ExpiresAt > now) return Taken(name);
        if (former is null && all.Length >= Most)
            return OperationAnswer.Refused($"there are {all.Length} tokens, and no more than {Most}", "revoke-token");
        var token = new StoredToken(name, value.Id, role, value.Hash, actor, now, now + lasts);
        var until = $"{token.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
        var says = $"{name} ({value.Prefix}), role {role}, until {until}: {because}";
        await ports.Audit.WriteAsync(new AuditEntry(now, actor, "create-token", null, null, says), cancel);
        if (former is not null) await ports.Tokens.RemoveTokenAsync(former, cancel);
        if (!await ports.Tokens.AddTokenAsync(token, cancel)) return Taken(name);
        var told = $"token {name} with the role {role} is good until {until}; its value is not told again";
        return OperationAnswer.Done($"{told}:\n{value.Text}") with
        {
            Value = new CreatedToken(name, role, value.Text, token.ExpiresAt, told),
        };
    }

    /// <summary>Whoever has its value is let in no more; other processes hear of it within some seconds.</summary>
    public async Task<OperationAnswer> RevokeAsync(string name, string actor, string because, CancellationToken cancel)
    {
        if ((await ports.Tokens.ReadTokensAsync(cancel)).FirstOrDefault(t => t.Name == name) is not { } token)
            return OperationAnswer.NotFound(
                new Refusal($"token '{Shown(name)}': there is none of this name", "a name that tokens lists"));
        var says = $"{name} ({TokenValue.PrefixOf(token.Id)}): {because}";
        var entry = new AuditEntry(ports.Time.GetUtcNow(), actor, "revoke-token", null, null, says);
        await ports.Audit.WriteAsync(entry, cancel);
        return await ports.Tokens.RemoveTokenAsync(token, cancel)
            ? OperationAnswer.Done($"token {name} is revoked")
            : OperationAnswer.Refused($"token {name} was revoked by somebody else meanwhile");
    }

    /// <summary>Every token, by name, also those that have expired.</summary>
    public async Task<ImmutableArray<TokenEntry>> ListAsync(CancellationToken cancel)
    {
        var (now, all) = (ports.Time.GetUtcNow(), await ports.Tokens.ReadTokensAsync(cancel));
        return
        [
            .. all.Select(t => new TokenEntry(
                t.Name, t.Role, TokenValue.PrefixOf(t.Id), t.By, t.CreatedAt, t.ExpiresAt, t.UsedAt,
                t.ExpiresAt <= now)),
        ];
    }

    private static OperationAnswer Taken(string name) => OperationAnswer.Refused(
        $"there is a token {name} already", "another name, or revoke-token first");

    private static string? WhyNot(string name, string role, TimeSpan lasts)
    {
        if (name.Length is 0 or > LongestName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            return $"name '{Shown(name)}': expected 1 to {LongestName} letters, digits, '-', '_', '.'";
        // A path drops '.' and '..'.
        if (!char.IsAsciiLetterOrDigit(name[0])) return $"name '{name}': expected a letter or a digit first";
        if (Roles.Of(role) is null) return $"role '{role}': expected {string.Join(", ", Roles.Names)}";
        return lasts < Shortest || lasts > Longest
            ? $"for {Duration.Of(lasts)}: expected {Duration.Of(Shortest)} to {Duration.Of(Longest)}"
            : null;
    }

    // Whoever types the value where the name belongs is not shown it, nor anybody else.
    private static string Shown(string name)
    {
        if (name.StartsWith(TokenValue.Begins, StringComparison.Ordinal)) return TokenValue.Begins + "…";
        var shown = name.Length > LongestName ? name[..LongestName] + "…" : name;
        return new string([.. shown.Select(c => char.IsControl(c) ? '?' : c)]);
    }
}
