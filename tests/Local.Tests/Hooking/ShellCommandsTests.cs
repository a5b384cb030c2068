using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Local.Hooking;

namespace OrchestratorFunctions.Local.Tests.Hooking;

/// <summary>With the real shell of this machine.</summary>
public sealed class ShellCommandsTests
{
    internal static HookFacts Facts { get; } = new()
    {
        Id = "r1/post-failover/1", Point = "post-failover", Hook = "1", Recovery = "r1", Kind = PlanKinds.DeadPrimary, Cluster = new ClusterId("c-1"), Alias = "shop", Code = AnalysisCode.DeadPrimary,
        Says = "db1 is dead; really",
        Actor = "orchestrator", Failed = new InstanceKey("db1", 3306), Successor = new InstanceKey("db2", 3307), Replicas = [new InstanceKey("db2", 3307), new InstanceKey("db3", 3306)],
        Lost = [new InstanceKey("db3", 3306)], IsDowntimed = false, IsSuccessful = true, IsRecovered = true,
    };

    private static Task<HookResult> RunAsync(string command, HookPoint point = HookPoint.PostFailover, HookFacts? facts = null, CancellationToken cancel = default) =>
        new ShellCommands("sh", TimeProvider.System).RunAsync(command, point, facts ?? Facts, cancel);

    [Theory]
    [InlineData("exit 0", true, "exit code 0")]
    [InlineData("echo not now >&2; exit 3", false, "exit code 3: not now")]
    [InlineData("printf 'a\\033[2J\\nb'", true, "exit code 0: a [2J b")]
    [InlineData("no-such-command-at-all 2>/dev/null", false, "exit code 127")]
    [InlineData("cat; echo over", true, "exit code 0: over")]
    public async Task A_command_agrees_by_its_exit_code_and_what_it_says_is_kept(string command, bool agrees, string says) =>
        Assert.Equal(new HookResult(agrees, says), await RunAsync(command));

    [Fact]
    public async Task It_is_given_placeholders_and_variables()
    {
        var result = await RunAsync("echo {failureType} {failedHost}:{failedPort} {successorHost}:{successorPort} {countReplicas} {lostReplicas} {noSuchThing} "
            + "$ORC_FAILURE_CLUSTER_ALIAS $ORC_IS_SUCCESSFUL $ORC_IDEMPOTENCY_KEY");
        Assert.Equal("exit code 0: DeadMaster db1:3306 db2:3307 2 db3:3306 {noSuchThing} shop true r1/post-failover/1", result.Says);
    }

    [Fact]
    public async Task It_takes_two_arguments_when_a_replica_took_the_place_of_its_source() =>
        Assert.Equal("exit code 0: db2:3307 db1:3306 db2:3307 db1:3306", (await RunAsync("echo $1 $2 $ORC_SUCCESSOR_HOST $ORC_FAILED_HOST", HookPoint.PostTakeSource)).Says);

    [Theory]
    [InlineData("$(touch x)")]
    [InlineData("`touch x`")]
    [InlineData("; touch x; '")]
    [InlineData("\"; touch x #")]
    [InlineData("a\ntouch x")]
    public async Task A_value_is_never_run(string alias)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var facts = Facts with { Alias = alias, Says = alias };
            await RunAsync($"cd {folder.FullName}; echo {{failureClusterAlias}} '{{failureClusterAlias}}' \"{{failureDescription}}\" {{failureDescription}}", facts: facts);
            Assert.Empty(folder.EnumerateFileSystemInfos());
            // As a variable it is whole.
            await RunAsync($"printf %s \"$ORC_FAILURE_CLUSTER_ALIAS\" > {folder.FullName}/told", facts: facts);
            Assert.Equal(alias, await File.ReadAllTextAsync(Path.Combine(folder.FullName, "told")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task It_does_not_inherit_our_settings()
    {
        const string name = "ORCHESTRATOR_MySql__Password";
        Environment.SetEnvironmentVariable(name, "hunter2");
        try
        {
            Assert.DoesNotContain("hunter2", (await RunAsync("env | grep -i hunter2; exit 0")).Says, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    [Fact]
    public async Task Out_of_time_it_is_ended_with_what_it_began()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            using var cancel = new CancellationTokenSource();
            var running = RunAsync($"sleep 600 & echo $! > {folder.FullName}/pid; wait", cancel: cancel.Token);
            var pid = 0;
            await Eventually.HoldsAsync("it has begun", () => Task.FromResult(int.TryParse(Read(Path.Combine(folder.FullName, "pid")), out pid)));
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            await Eventually.HoldsAsync("what it began is gone", () => Task.FromResult(!Directory.Exists($"/proc/{pid}") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_flood_of_output_is_read_to_its_end_and_kept_in_part()
    {
        var result = await RunAsync("head -c 3000000 /dev/zero | tr '\\0' x");
        Assert.True(result.Agrees);
        Assert.InRange(result.Says.Length, 1000, 1100);
    }

    [Fact]
    public async Task What_it_leaves_behind_is_not_waited_for() =>
        Assert.Equal("exit code 0: begun", (await RunAsync("sleep 30 & echo begun")).Says);

    [Fact]
    public async Task A_shell_that_is_not_there_is_said()
    {
        var result = await new ShellCommands("/no/such/shell", TimeProvider.System).RunAsync("true", HookPoint.PreFailover, Facts, CancellationToken.None);
        Assert.Equal((false, true), (result.Agrees, result.Says.StartsWith("the shell of Hooks:Shell could not be started", StringComparison.Ordinal)));
    }

    private static string Read(string path) => File.Exists(path) ? File.ReadAllText(path) : "";
}
