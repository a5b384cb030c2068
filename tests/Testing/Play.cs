using System.Text;

namespace OrchestratorFunctions.Testing;

/// <summary>
/// Text files that are tests: paragraphs of lines, and after <c>----</c> what is expected, up to a blank line. Lines that begin with
/// <c>#</c> say what it is about. With <c>RECORD_</c> and the name of the plays in the environment what is said now is written into the
/// files; the review is the diff.
/// </summary>
/// <param name="name">SCENARIOS, STATEMENTS …</param>
/// <param name="folder">Where the files are, below <c>tests</c>.</param>
public sealed class Play(string name, params string[] folder)
{
    private readonly string path = Path.Combine([Root(), "tests", .. folder]);

    public IEnumerable<string> Files => Directory.GetFiles(path, "*.txt").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    /// <summary>What is written in a file, and what is said now. They are equal, or were recorded.</summary>
    /// <param name="answer">The lines of a paragraph without remarks → what is said; null when nothing is.</param>
    public (string Written, string Said) Run(string file, Func<string[], string?> answer)
    {
        var whole = Path.Combine(path, file);
        var written = File.ReadAllText(whole);
        var said = Said(written, answer);
        if (Environment.GetEnvironmentVariable($"RECORD_{name}") != "1") return (written, said);
        File.WriteAllText(whole, said);
        return (said, said);
    }

    private static string Said(string written, Func<string[], string?> answer)
    {
        var said = new StringBuilder();
        foreach (var paragraph in written.Trim('\n').Split("\n\n"))
        {
            if (said.Length > 0) said.Append('\n');
            var lines = paragraph.Split('\n');
            var bar = Array.IndexOf(lines, "----");
            var asked = bar < 0 ? lines : lines[..bar];
            foreach (var line in asked) said.Append(line).Append('\n');
            var says = answer([.. asked.Where(l => !l.StartsWith('#') && l.Trim().Length > 0)]);
            if (says is not null) said.Append("----\n").Append(says.TrimEnd('\n')).Append('\n');
        }
        return said.ToString();
    }

    /// <summary>The top of the repository.</summary>
    public static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "global.json"))) at = at.Parent;
        return at?.FullName ?? throw new DirectoryNotFoundException("no global.json above the tests");
    }
}
