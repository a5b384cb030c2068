using System.Text.Json;

namespace OrchestratorFunctions.Local.Cli.Old;

/// <summary>
/// What orchestrator's command line prints of an answer (its client's filters, and <c>go/app/cli.go</c>).
/// </summary>
internal static class OldAnswers
{
    public static IEnumerable<string> Nothing(JsonElement answer) => [];

    /// <summary>Each text of a list.</summary>
    public static IEnumerable<string> Texts(JsonElement answer) => Items(answer).Select(Text);

    /// <summary>The servers of a list of servers, or of keys.</summary>
    public static IEnumerable<string> Keys(JsonElement answer) => Items(answer).Select(KeyOf);

    /// <summary>The server itself.</summary>
    public static IEnumerable<string> Key(JsonElement answer) => [KeyOf(Inner(answer))];

    /// <summary>The source of a server.</summary>
    public static IEnumerable<string> Source(JsonElement answer) => [KeyOf(answer.GetProperty("MasterKey"))];

    /// <summary>A moved server and its source: <c>a:1&lt;b:2</c>.</summary>
    public static IEnumerable<string> Moved(JsonElement answer) =>
        [$"{KeyOf(Inner(answer))}<{KeyOf(Inner(answer).GetProperty("MasterKey"))}"];

    /// <summary>The servers that were moved.</summary>
    public static IEnumerable<string> MovedKeys(JsonElement answer) => Items(Inner(answer)).Select(KeyOf);

    /// <summary>Each text of the list that the answer is about.</summary>
    public static IEnumerable<string> DetailsTexts(JsonElement answer) => Items(Inner(answer)).Select(Text);

    /// <summary>Who took over.</summary>
    public static IEnumerable<string> Successor(JsonElement answer) =>
        [KeyOf(Inner(answer).GetProperty("SuccessorKey"))];

    /// <summary>What the answer is about, as a text.</summary>
    public static IEnumerable<string> Details(JsonElement answer) => [Text(Inner(answer))];

    /// <summary>The whole answer.</summary>
    public static IEnumerable<string> Json(JsonElement answer) => [answer.GetRawText()];

    public static Func<JsonElement, IEnumerable<string>> Field(string name) =>
        answer => [Text(answer.GetProperty(name))];

    public static IEnumerable<string> Aliases(JsonElement answer) => Items(answer).Select(c =>
        $"{c.GetProperty("ClusterName").GetString()}\t{c.GetProperty("ClusterAlias").GetString()}");

    public static IEnumerable<string> PromotionRules(JsonElement answer) => Items(answer).Select(r =>
        $"{KeyOf(r)} {r.GetProperty("PromotionRule").GetString()}");

    /// <summary>A line for each server of a pool: the pool, a tab, the server.</summary>
    public static IEnumerable<string> Pools(JsonElement answer) => Inner(answer).EnumerateObject()
        .SelectMany(pool => Items(pool.Value).Select(server => $"{pool.Name}\t{KeyOf(server)}"));

    /// <summary>The server when it replicates, nothing when it does not.</summary>
    public static IEnumerable<string> IfReplicating(JsonElement answer) =>
        HasThreads(answer, 1) ? [KeyOf(answer)] : [];

    /// <summary>The server when both of its threads stand still.</summary>
    public static IEnumerable<string> IfStopped(JsonElement answer) => HasThreads(answer, 0) ? [KeyOf(answer)] : [];

    /// <summary>Replicas that stand still with an error.</summary>
    public static IEnumerable<string> Broken(JsonElement answer) => Items(answer).Where(r =>
        !HasThreads(r, 1) && Text(r.GetProperty("LastSQLError")).Length + Text(r.GetProperty("LastIOError")).Length > 0)
        .Select(KeyOf);

    /// <summary>The source when the answer is yes.</summary>
    public static IEnumerable<string> IfTrue(JsonElement answer) =>
        Text(answer.GetProperty("Message")).Contains("true", StringComparison.Ordinal) ? Key(answer) : [];

    /// <summary>A line for each server with a problem: its first one.</summary>
    public static IEnumerable<string> Analyses(JsonElement answer) => Items(Inner(answer)).Select(a =>
    {
        var (failure, warnings) = (Text(a.GetProperty("Analysis")), a.GetProperty("StructureAnalysis"));
        string[] all = [.. failure == "NoProblem" ? [] : (string[])[failure], .. Items(warnings).Select(Text)];
        var cluster = Text(a.GetProperty("ClusterDetails").GetProperty("ClusterName"));
        return $"{KeyOf(a.GetProperty("AnalyzedInstanceKey"))} (cluster {cluster}): {string.Join(", ", all)}";
    });

    /// <summary>Why an answer is an error; null when it is none.</summary>
    public static string? ErrorOf(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("Code", out var code)
        && code.GetString() == "ERROR"
            ? Text(answer.GetProperty("Message"))
            : null;

    private static bool HasThreads(JsonElement server, int state) =>
        server.GetProperty("ReplicationSQLThreadState").GetInt32() == state
        && server.GetProperty("ReplicationIOThreadState").GetInt32() == state;

    private static JsonElement Inner(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("Details", out var details)
            ? details
            : answer;

    private static JsonElement[] Items(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static string KeyOf(JsonElement server)
    {
        if (server.ValueKind != JsonValueKind.Object) return "";
        var key = server.TryGetProperty("Key", out var own) ? own : server;
        return $"{Text(key.GetProperty("Hostname"))}:{Text(key.GetProperty("Port"))}";
    }
}
