using System.Globalization;
using System.Text.RegularExpressions;

namespace OrchestratorFunctions.Flow.Tests.Playing;

/// <summary>Text as a play prints it: the ids of recoveries are r1, r2 … as they come, and what says nothing is left
/// out.</summary>
internal sealed partial class Plain
{
    private readonly List<string> ids = [];

    public string Of(string text)
    {
        var named = Id().Replace(text, m => $"r{Number(m.Value)}");
        return WrittenTopology.Shorten(named).Replace(":3306", "", StringComparison.Ordinal);
    }

    /// <summary>The id that was printed as <paramref name="name"/>, or the name itself.</summary>
    public string Id(string name) =>
        name[0] == 'r' && int.TryParse(name[1..], out var number) && number <= ids.Count ? ids[number - 1] : name;

    public static string Of(TimeSpan passed) =>
        passed.TotalSeconds.ToString("+0.0##", CultureInfo.InvariantCulture);

    private int Number(string id)
    {
        if (!ids.Contains(id)) ids.Add(id);
        return ids.IndexOf(id) + 1;
    }

    [GeneratedRegex("[0-9]{8}T[0-9]{9}-[0-9a-f]{8}")]
    private static partial Regex Id();
}
