namespace OrchestratorFunctions.Monitoring.Tests;

public sealed class ExpressionTests
{
    private static readonly Dictionary<string, IReadOnlySet<string>> There = new()
    {
        ["orchestrator_cluster_writers"] = new HashSet<string> { "cluster" },
        ["orchestrator_cluster_info"] = new HashSet<string> { "cluster", "alias" },
        ["cluster:orchestrator_cluster_info:one"] = new HashSet<string> { "cluster", "alias" },
        ["orchestrator_watch_beats_total"] = new HashSet<string> { "shard" },
    };

    [Theory]
    [InlineData("""max by (cluster) (orchestrator_cluster_writers{cluster=~".*"} == 1) * on (cluster) group_left (alias) orchestrator_cluster_info""")]
    [InlineData("sum by (shard, instance) (rate(orchestrator_watch_beats_total[5m]))")]
    [InlineData("""cluster:orchestrator_cluster_info:one{alias!="orchestrator_shop"}""")]
    [InlineData("""max by (cluster, alertname) (ALERTS{alertname=~"Orchestrator.*"})""")]
    public void What_is_there_may_be_named(string text) => Assert.Empty(new Expression(text).Unknown(There));

    [Theory]
    [InlineData("max(orchestrator_cluster_writer)", "no metric orchestrator_cluster_writer:")]
    [InlineData("cluster:orchestrator_cluster_info:two", "no metric cluster:orchestrator_cluster_info:two:")]
    [InlineData("""orchestrator_cluster_writers{shard="watch/0"}""", "orchestrator_cluster_writers has no label shard:")]
    [InlineData("sum by (alias) (orchestrator_cluster_writers)", "nothing in it has a label alias:")]
    [InlineData("sum by (cluster) (rate(orchestrator_watch_beats_total[5m]))", "nothing in it has a label cluster:")]
    public void What_is_not_there_is_found(string text, string says) => Assert.StartsWith(says, Assert.Single(new Expression(text).Unknown(There)), StringComparison.Ordinal);
}
