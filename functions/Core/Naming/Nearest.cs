namespace OrchestratorFunctions.Core.Naming;

/// <summary>Which of several words somebody may have meant: the one that is the fewest keystrokes away.</summary>
public static class Nearest
{
    /// <summary>Null when none is near: of three letters one may be wrong.</summary>
    public static string? Of(string word, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(word);
        var most = Math.Max(1, word.Length / 3);
        return known.Select(k => (Word: k, Distance: Distance(word, k))).Where(k => k.Distance <= most)
            .OrderBy(k => k.Distance).ThenBy(k => k.Word, StringComparer.Ordinal).FirstOrDefault().Word;
    }

    /// <summary>
    /// The question that follows a refusal, beginning with its own punctuation; empty when nothing is near.
    /// </summary>
    public static string Question(string word, IEnumerable<string> known) =>
        Of(word, known) is { } near ? $"; did you mean '{near}'?" : "";

    // Letters put in, left out, changed, or two neighbours swapped (optimal string alignment); case does not count.
    private static int Distance(string one, string other)
    {
        var (a, b) = (one.ToUpperInvariant(), other.ToUpperInvariant());
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var changed = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(changed, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                var isSwapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if (isSwapped) rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        return rows[a.Length, b.Length];
    }
}
