using System.Buffers;

namespace OrchestratorFunctions.Core.Positions;

/// <summary>
/// The rules of a GTID tag: 1 to 32 letters, digits and underscores, not starting with a digit; case does not count
/// and lower case is kept. "" stands for untagged.
/// Source: MySQL manual, "GTID Format and Storage" (tags since 8.3.0).
/// </summary>
internal static class GtidTag
{
    internal const string None = "";

    internal const string Rule = "is not a tag: write 1 to 32 letters, digits or underscores, not starting with a digit";

    private const int Longest = 32;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    internal static bool MayStart(char letter) => char.IsAsciiLetter(letter) || letter == '_';

    internal static bool IsTag(ReadOnlySpan<char> text) =>
        text.Length is >= 1 and <= Longest && MayStart(text[0]) && !text.ContainsAnyExcept(Allowed);

    internal static string Normalize(string tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        return tag.Length == 0 || IsTag(tag)
            ? tag.ToLowerInvariant()
            : throw new ArgumentException($"'{tag}' {Rule}.", nameof(tag));
    }
}
