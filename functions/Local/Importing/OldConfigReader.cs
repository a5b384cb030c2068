using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace OrchestratorFunctions.Local.Importing;

/// <summary>
/// Reads a configuration file of orchestrator's: JSON, with comments, commas at the end and a byte order mark where
/// there are any. What cannot be read is one sentence with the place; it repeats nothing of the file, which may hold
/// secrets.
/// </summary>
internal static class OldConfigReader
{
    /// <summary>No configuration is longer; a wrong file may be.</summary>
    public const int BytesMost = 1 << 20;

    /// <summary>There are about 220 keys.</summary>
    public const int KeysMost = 2000;

    private static readonly JsonReaderOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true,
    };

    /// <summary>Reads a file; on refusal the sentence names it.</summary>
    public static (ImmutableArray<OldEntry> Entries, string? Problem) ReadFile(string path)
    {
        var (bytes, problem) = BoundedFile.Read(path, BytesMost);
        if (bytes is null) return ([], $"'{path}': {problem}");
        var (entries, wrong) = Read(bytes);
        return (entries, wrong is null ? null : $"'{path}': {wrong}");
    }

    /// <summary>Reads the bytes of a file.</summary>
    public static (ImmutableArray<OldEntry> Entries, string? Problem) Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[Encoding.UTF8.Preamble.Length..];
        if (FirstInvalid(bytes) is { } invalid)
            return ([], $"{Place(bytes, invalid)}: is not UTF-8; store the file in that encoding");
        if (bytes.Trim(" \t\r\n"u8).IsEmpty) return ([], "is empty; expected a JSON object");
        try
        {
            return HalfCharacter(bytes) is { } half
                ? ([], $"{Place(bytes, half)}: this text holds half of a character (\\ud800 to \\udfff)")
                : Entries(bytes);
        }
        catch (JsonException e)
        {
            var at = IndexOf(bytes, (int)(e.LineNumber ?? 0), (int)(e.BytePositionInLine ?? 0));
            return ([], $"{Place(bytes, at)}: is no JSON from here on{Hint(bytes, at)}");
        }
    }

    private static (ImmutableArray<OldEntry> Entries, string? Problem) Entries(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, Lenient);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return ([], $"{Place(bytes, (int)reader.TokenStartIndex)}: expected a JSON object, {{ … }}");
        var found = new List<OldEntry>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var line = LineOf(bytes, (int)reader.TokenStartIndex);
            if (found.Count == KeysMost)
                return ([], $"line {line}: more than {KeysMost} keys; expected a configuration file");
            var key = reader.GetString()!;
            reader.Read();
            using var value = JsonDocument.ParseValue(ref reader);
            var before = found.FindIndex(e => e.Key.Equals(key, StringComparison.OrdinalIgnoreCase));
            var times = before < 0 ? 1 : found[before].Times + 1;
            if (before >= 0) found.RemoveAt(before);
            found.Add(new OldEntry(key, value.RootElement.Clone(), line, times));
        }
        // What follows the object is wrong too.
        while (reader.Read()) continue;
        return ([.. found], null);
    }

    // JSON can write what is no text.
    private static int? HalfCharacter(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, Lenient);
        while (reader.Read())
            if (reader.ValueIsEscaped && !IsText(reader)) return (int)reader.TokenStartIndex;
        return null;
    }

    private static bool IsText(Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static int? FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes)) return null;
        var at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out var read) == System.Buffers.OperationStatus.Done) at += read;
        return at;
    }

    private static string Hint(ReadOnlySpan<byte> bytes, int at) => bytes[at..] switch
    {
        [(byte)'$', (byte)'{', ..] or [(byte)'{', (byte)'{', ..] or [(byte)'<', (byte)'%', ..] =>
            ": a placeholder of a template stands outside of quotes; fill it in first",
        [(byte)'{', (byte)'%', ..] => ": a template has not been filled in; do that first",
        [] => ": the file ends too early",
        _ => "; look for a quote, comma or bracket that is missing before it",
    };

    private static int IndexOf(ReadOnlySpan<byte> bytes, int line, int byteInLine)
    {
        var start = 0;
        for (var i = 0; i < line && bytes[start..].IndexOf((byte)'\n') is >= 0 and var length; i++) start += length + 1;
        return Math.Min(start + byteInLine, bytes.Length);
    }

    private static string Place(ReadOnlySpan<byte> bytes, int at)
    {
        var start = bytes[..at].LastIndexOf((byte)'\n') + 1;
        return $"line {LineOf(bytes, at)}, column {Encoding.UTF8.GetCharCount(bytes[start..at]) + 1}";
    }

    private static int LineOf(ReadOnlySpan<byte> bytes, int at) => bytes[..at].Count((byte)'\n') + 1;
}
