using System.Security.Cryptography;
using System.Text;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>
/// What a program signs in with: <c>orc_ID_SECRET</c>, where the id is 8 hexadecimal digits and the secret 64, which are
/// 256 random bits. It is known to who has it; we keep a hash.
/// </summary>
public sealed class TokenValue
{
    /// <summary>How every value begins, so that people and scanners for secrets know it when they see it.</summary>
    public const string Begins = "orc_";

    private const int IdBytes = 4, SecretBytes = 32;

    private TokenValue(string id, string text) => (Id, Text) = (id, text);

    /// <summary>Finds the row; no secret.</summary>
    public string Id { get; }

    /// <summary>All of it: a secret.</summary>
    public string Text { get; }

    /// <summary>What may be shown.</summary>
    public string Prefix => PrefixOf(Id);

    /// <summary>SHA-256 of all of it in hexadecimal digits. So many random bits need no salt.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Text)));

    /// <summary>What may be shown of the value with this id.</summary>
    public static string PrefixOf(string id) => Begins + id;

    /// <summary>One that nobody can guess.</summary>
    public static TokenValue New()
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        return new(id, $"{Begins}{id}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes))}");
    }

    /// <summary>Null when a text has not the form of a value.</summary>
    public static TokenValue? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('_') is [_, { Length: 2 * IdBytes } id, { Length: 2 * SecretBytes } secret]
            && text.StartsWith(Begins, StringComparison.Ordinal) && IsHex(id) && IsHex(secret)
            ? new(id, text)
            : null;
    }

    /// <summary>Whether this is the value a hash was made of; a wrong one takes as long as the right one.</summary>
    public bool Is(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Hash), Encoding.UTF8.GetBytes(hash));
    }

    /// <summary>What may be shown.</summary>
    public override string ToString() => Prefix;

    private static bool IsHex(string text) => text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f');
}
