using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrchestratorFunctions.Hooks;

/// <summary>
/// Signs requests after the conventions of Standard Webhooks: HMAC-SHA256 over id, time and body, so that neither can
/// be changed or sent again later.
/// </summary>
internal sealed class Signature
{
    public const string Prefix = "whsec_";
    public const int ShortestKey = 24, LongestKey = 64;

    private readonly byte[] key;

    private Signature(byte[] key) => this.key = key;

    /// <summary>Null when the secret is none.</summary>
    public static Signature? Of(string secret)
    {
        var bytes = new byte[LongestKey + 1];
        return secret.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[Prefix.Length..], bytes, out var length)
            && length is >= ShortestKey and <= LongestKey ? new Signature(bytes[..length]) : null;
    }

    public string Sign(string id, long seconds, byte[] body)
    {
        var signed = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{seconds}."));
        byte[] content = [.. signed, .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, content));
    }
}
