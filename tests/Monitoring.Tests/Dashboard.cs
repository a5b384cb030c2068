using System.Text.Json;

namespace OrchestratorFunctions.Monitoring.Tests;

/// <summary>The dashboard as Grafana would read it.</summary>
internal sealed class Dashboard
{
    private readonly JsonElement root;

    private Dashboard(JsonElement root) => this.root = root;

    public static Dashboard Ours { get; } = new(JsonDocument.Parse(Tree.Read("infra/monitoring/grafana.json")).RootElement);

    public string[] Rows => [.. Of("row").Select(p => p.Title)];

    /// <summary>What shows something, in their order.</summary>
    public Panel[] Panels => [.. All.Where(p => p.Type != "row")];

    /// <summary>Every variable with its type.</summary>
    public Dictionary<string, string> Variables => List.ToDictionary(v => v.GetProperty("name").GetString()!, v => v.GetProperty("type").GetString()!);

    /// <summary>What the list of clusters is asked from.</summary>
    public string ClusterQuery => Variable("cluster").GetProperty("definition").GetString()!;

    /// <summary>An expression with the variables as they are for all clusters and an hour.</summary>
    public string Filled(string expression) => expression
        .Replace("${named:raw}", Variable("named").GetProperty("query").GetString(), StringComparison.Ordinal)
        .Replace("$cluster", Variable("cluster").GetProperty("allValue").GetString(), StringComparison.Ordinal)
        .Replace("$__rate_interval", "1m", StringComparison.Ordinal).Replace("$__range", "1h", StringComparison.Ordinal);

    private IEnumerable<JsonElement> List => root.GetProperty("templating").GetProperty("list").EnumerateArray();

    private IEnumerable<Panel> All => root.GetProperty("panels").EnumerateArray().Select(Panel.Of);

    private IEnumerable<Panel> Of(string type) => All.Where(p => p.Type == type);

    private JsonElement Variable(string name) => List.Single(v => v.GetProperty("name").GetString() == name);
}

/// <summary>One panel; a row has a title alone.</summary>
internal sealed record Panel(string Title, string Type, string Description, string Unit, string DataSource, string[] Links, Target[] Targets)
{
    public string[] Expressions => [.. Targets.Select(t => t.Expression)];

    public static Panel Of(JsonElement panel)
    {
        string Text(string name) => panel.TryGetProperty(name, out var text) ? text.GetString()! : "";
        JsonElement[] List(string name) => panel.TryGetProperty(name, out var list) ? [.. list.EnumerateArray()] : [];
        var isRow = Text("type") == "row";
        return new(
            Text("title"), Text("type"), Text("description"), isRow ? "" : panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString()!,
            isRow ? "" : panel.GetProperty("datasource").GetProperty("uid").GetString()!,
            [.. List("links").Select(l => l.GetProperty("url").GetString()!)], [.. List("targets").Select(t => new Target(t.GetProperty("expr").GetString()!, t.GetProperty("legendFormat").GetString()!))]);
    }

    public override string ToString() => Title;
}

/// <summary>One expression of a panel, and how its series are called; empty where a table shows their labels.</summary>
internal sealed record Target(string Expression, string Legend);
