using System.Text.Json.Nodes;

namespace OrchestratorFunctions.Infra.Tests;

public class RoleTests
{
    private const string Storage = "Microsoft.Storage/storageAccounts", Assignments = "Microsoft.Authorization/roleAssignments";

    private static readonly Dictionary<string, string> Names = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "Storage Queue Data Contributor",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
        ["69a216fc-b8fb-44d8-bc22-1f3c2cd27a39"] = "Azure Service Bus Data Sender",
        ["4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0"] = "Azure Service Bus Data Receiver",
        ["4633458b-17de-408a-b874-0445c86b69e6"] = "Key Vault Secrets User",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
    };

    private static readonly string[] Least =
    [
        "Microsoft.Insights/components: Monitoring Metrics Publisher",
        "Microsoft.KeyVault/vaults: Key Vault Secrets User",
        "Microsoft.ServiceBus/namespaces/queues: Azure Service Bus Data Receiver",
        "Microsoft.ServiceBus/namespaces/queues: Azure Service Bus Data Sender",
        $"{Storage}: Storage Blob Data Owner",
        $"{Storage}: Storage Queue Data Contributor",
        $"{Storage}: Storage Table Data Contributor",
    ];

    [Fact]
    public void The_identity_has_the_roles_it_needs_and_no_other()
    {
        Assert.Equal(Least, Given(Snapshot.Small, "orchestrator"));
        Assert.Equal(Least, Given(Snapshot.Large, "orchestrator"));
        Assert.Equal(Least, Given(Snapshot.Every, "orchestrator"));
    }

    [Fact]
    public void A_standby_may_use_tables_and_queues_of_the_state_it_shares() =>
        Assert.Equal(State, Given(Snapshot.Every, "elsewhere"));

    [Fact]
    public void An_operator_may_use_tables_and_queues_of_the_state_and_nothing_else()
    {
        Assert.Equal(State, Given(Snapshot.Every, "elsewhere", IsOperators));
        Assert.Empty(Given(Snapshot.Every, "orchestrator", IsOperators));
        Assert.All(Snapshot.Every.Of(Assignments).Where(IsOperators), a => Assert.Equal("Group", a["properties"]!["principalType"]!.ToString()));
        Assert.DoesNotContain(Snapshot.Small.Of(Assignments), IsOperators);
    }

    [Fact]
    public void Roles_are_given_to_the_identity_of_the_app_and_to_the_operator_alone() =>
        Assert.All(Snapshot.All.SelectMany(s => s.Of(Assignments)).Where(a => !IsOperators(a)),
            a => Assert.Matches(@"^\[reference\(.*format\('identity-\{0\}'.*\.outputs\.principalId\.value\]$", a["properties"]!["principalId"]!.ToString()));

    private static readonly string[] State = [$"{Storage}: Storage Queue Data Contributor", $"{Storage}: Storage Table Data Contributor"];

    // As every.bicepparam names the operator.
    private static bool IsOperators(JsonObject assignment) => assignment["properties"]!["principalId"]!.ToString() == "00000000-0000-0000-0000-000000000004";

    private static IEnumerable<string> Given(Snapshot snapshot, string group) => Given(snapshot, group, a => !IsOperators(a));

    private static IEnumerable<string> Given(Snapshot snapshot, string group, Func<JsonObject, bool> whose) => snapshot.Of(Assignments).Where(whose)
        .Where(a => a["id"]!.ToString().Contains($"/resourceGroups/{group}/", StringComparison.Ordinal))
        .Select(a => $"{TypeOf(a["id"]!.ToString())}: {Names[a["properties"]!["roleDefinitionId"]!.ToString().Split('/')[^1]]}").Order(StringComparer.Ordinal);

    // Of ".../providers/Microsoft.X/a/NAME/b/NAME/providers/Microsoft.Authorization/...": Microsoft.X/a/b.
    private static string TypeOf(string id)
    {
        var parts = id.Split("/providers/")[1].Split('/');
        return string.Join('/', parts.Where((_, i) => i == 0 || i % 2 == 1));
    }
}
