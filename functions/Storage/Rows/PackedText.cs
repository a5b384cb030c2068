using System.IO.Compression;
using System.Text;

namespace OrchestratorFunctions.Storage.Rows;

/// <summary>
/// Long texts, made short. A server's GTID sets stand in its row several times over, as what it executed, purged and
/// received: a window over all of the text finds the repetitions. Source: RFC 7932 (Brotli).
/// </summary>
internal static class PackedText
{
    private const int Quality = 5, Window = 24;

    public static byte[] Pack(string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        return BrotliEncoder.TryCompress(plain, packed, out var written, Quality, Window)
            ? packed[..written]
            : throw new InvalidOperationException($"a text of {plain.Length} bytes was not packed");
    }

    /// <summary>Throws <see cref="FormatException"/> for what was not packed here.</summary>
    public static string Unpack(byte[] packed)
    {
        try
        {
            using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
            using var reader = new StreamReader(brotli, Encoding.UTF8);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException)
        {
            throw new FormatException($"packed text of {packed.Length} bytes cannot be read: {e.Message}", e);
        }
    }
}
