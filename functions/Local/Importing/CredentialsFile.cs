using System.Text;

namespace OrchestratorFunctions.Local.Importing;

/// <summary>
/// An option file in MySQL's form, of which orchestrator reads user and password of <c>[client]</c>. The password is
/// never kept: only whether there is one.
/// </summary>
internal sealed record CredentialsFile(string Path, string User, bool HasPassword)
{
    private const int BytesMost = 64 * 1024;

    /// <summary>Reads a file; null after what is wrong with it.</summary>
    public static (CredentialsFile? Read, string Problem) ReadFile(string path)
    {
        var (bytes, problem) = BoundedFile.Read(path, BytesMost);
        return bytes is null ? (null, problem) : (Of(path, Encoding.UTF8.GetString(bytes)), "");
    }

    /// <summary>The text of such a file.</summary>
    public static CredentialsFile Of(string path, string text)
    {
        var (user, hasPassword, isClient) = ("", false, false);
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries).Where(l => l.Length > 0))
        {
            if (line[0] is '#' or ';') continue;
            if (line[0] == '[') isClient = line.StartsWith("[client]", StringComparison.OrdinalIgnoreCase);
            if (!isClient || line.Split('=', 2, StringSplitOptions.TrimEntries) is not [var name, var value]) continue;
            if (name.Equals("user", StringComparison.OrdinalIgnoreCase)) user = Bare(value);
            if (name.Equals("password", StringComparison.OrdinalIgnoreCase)) hasPassword = Bare(value).Length > 0;
        }
        return new(path, user, hasPassword);
    }

    private static string Bare(string value) =>
        value is ['"', .., '"'] or ['\'', .., '\''] ? value[1..^1] : value;
}
