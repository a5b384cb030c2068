using System.Globalization;
using System.Text.RegularExpressions;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Local.Hooking;

/// <summary>
/// What a command of a hook is given, by orchestrator's names: variables of its environment, and placeholders in its
/// text (orchestrator, <c>go/logic/topology_recovery.go</c>).
/// </summary>
internal sealed partial class HookVariables
{
    private const string Spaced = "failureDescription";

    private readonly List<(string Placeholder, string Variable, string Value)> all = [];

    /// <param name="machine">The name of this machine.</param>
    public HookVariables(HookFacts facts, string machine)
    {
        AddFailure(facts);
        AddCluster(facts);
        Add("orchestratorHost", "ORC_ORCHESTRATOR_HOST", machine);
        Add("recoveryUID", "ORC_RECOVERY_UID", facts.Recovery);
        Add("isSuccessful", "ORC_IS_SUCCESSFUL", facts.IsSuccessful);
        Add("lostReplicas", "ORC_LOST_REPLICAS", facts.Lost);
        Add("lostSlaves", "", facts.Lost);
        Add("countLostReplicas", "", facts.Lost.Length.ToString(CultureInfo.InvariantCulture));
        Add("replicaHosts", "ORC_REPLICA_HOSTS", facts.Replicas);
        Add("slaveHosts", "", facts.Replicas);
        Add("", "ORC_IDEMPOTENCY_KEY", facts.Id);
        if (facts.Successor is not { } successor) return;
        Add("successorHost", "ORC_SUCCESSOR_HOST", successor.Host);
        Add("successorPort", "ORC_SUCCESSOR_PORT", $"{successor.Port}");
        Add("successorBinlogCoordinates", "ORC_SUCCESSOR_BINLOG_COORDINATES", $"{facts.SuccessorBinlog}");
        Add("successorAlias", "ORC_SUCCESSOR_ALIAS", "");
    }

    /// <summary>Variables of the environment, with values as they are.</summary>
    public IEnumerable<(string Name, string Value)> Environment =>
        all.Where(v => v.Variable.Length > 0).Select(v => (v.Variable, v.Value.Replace('\0', ' ')));

    /// <summary>
    /// The command with its placeholders filled in. A value is data, and a shell reads it as text of the command: what
    /// is no letter, digit or one of <c>.,:_@+=/-</c> becomes an underscore. Placeholders without a value stay as they
    /// are.
    /// </summary>
    public string Fill(string command) => Placeholder().Replace(command, match =>
        all.FirstOrDefault(v => v.Placeholder == match.Groups[1].Value) is { Value: { } value } found
            ? Unsafe().Replace(value, m => m.Value == " " && found.Placeholder == Spaced ? " " : "_")
            : match.Value);

    private void AddFailure(HookFacts facts)
    {
        var isPrimary = facts.Kind.IsAboutPrimary;
        Add("failureType", "ORC_FAILURE_TYPE", TypeOf(facts));
        Add("instanceType", "ORC_INSTANCE_TYPE", isPrimary ? "master" : "intermediate-master");
        Add("isMaster", "ORC_IS_MASTER", isPrimary);
        Add("isCoMaster", "ORC_IS_CO_MASTER", false);
        Add(Spaced, "ORC_FAILURE_DESCRIPTION", facts.Says);
        Add("command", "ORC_COMMAND", CommandOf(facts));
        Add("failedHost", "ORC_FAILED_HOST", facts.Failed.Host);
        Add("failedPort", "ORC_FAILED_PORT", $"{facts.Failed.Port}");
    }

    private void AddCluster(HookFacts facts)
    {
        var count = facts.Replicas.Length.ToString(CultureInfo.InvariantCulture);
        Add("failureCluster", "ORC_FAILURE_CLUSTER", facts.Failed.ToString());
        Add("failureClusterAlias", "ORC_FAILURE_CLUSTER_ALIAS", facts.Alias ?? facts.Failed.ToString());
        Add("failureClusterDomain", "ORC_FAILURE_CLUSTER_DOMAIN", "");
        Add("countReplicas", "ORC_COUNT_REPLICAS", count);
        Add("countSlaves", "", count);
        Add("isDowntimed", "ORC_IS_DOWNTIMED", facts.IsDowntimed);
        Add("autoMasterRecovery", "ORC_AUTO_MASTER_RECOVERY", facts.IsRecovered);
        Add("autoIntermediateMasterRecovery", "ORC_AUTO_INTERMEDIATE_MASTER_RECOVERY", false);
    }

    // A switch is a forced recovery of a dead primary there.
    private static string TypeOf(HookFacts facts) => facts.Code is null or AnalysisCode.DeadPrimary
        ? "DeadMaster"
        : facts.Code.ToString()!.Replace("Primary", "Master", StringComparison.Ordinal);

    private static string CommandOf(HookFacts facts) =>
        facts.Kind == PlanKinds.Takeover ? "graceful-master-takeover"
        : facts.Code is null && facts.Kind.IsFailover ? "force-master-failover" : "";

    private void Add(string placeholder, string variable, string value) => all.Add((placeholder, variable, value));

    private void Add(string placeholder, string variable, bool value) =>
        Add(placeholder, variable, value ? "true" : "false");

    private void Add(string placeholder, string variable, IEnumerable<InstanceKey> keys) =>
        Add(placeholder, variable, string.Join(',', keys));

    [GeneratedRegex(@"\{([A-Za-z]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"[^A-Za-z0-9.,:_@+=/-]", RegexOptions.CultureInvariant)]
    private static partial Regex Unsafe();
}
