using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Hooks.Tests;

public sealed class ConfiguredHooksTests
{
    private static HookFacts Facts(string hook) => new()
    {
        Id = "r1/x", Point = "post-failover", Hook = hook, Recovery = "r1", Kind = PlanKinds.DeadPrimary, Cluster = new ClusterId("c-1"), Says = "", Actor = "x",
        Failed = new InstanceKey("db1", 3306), Replicas = [], Lost = [], IsDowntimed = false, IsSuccessful = true, IsRecovered = true,
    };

    private static Task<HookResult> RunAsync(HookPoint point, string name, ICommandRunner? commands)
    {
        var options = new HookOptions();
        Assert.Null(options.Take("PostFailover:0:Command", " dns {successorHost} & "));
        return new Webhooks(options, TimeProvider.System, commands).Hooks!.RunAsync(point, Facts(name), CancellationToken.None);
    }

    [Fact]
    public async Task A_command_is_given_to_the_shell_of_the_door_without_its_ampersand() =>
        Assert.Equal(new HookResult(true, "dns {successorHost}"), await RunAsync(HookPoint.PostFailover, "0", new Echo()));

    [Fact]
    public async Task A_door_without_a_shell_runs_none() =>
        Assert.Equal(new HookResult(false, "this process runs no commands"), await RunAsync(HookPoint.PostFailover, "0", null));

    [Theory]
    [InlineData(HookPoint.PostFailover, "other")]
    [InlineData(HookPoint.PreFailover, "0")]
    public async Task A_hook_that_these_settings_do_not_have_does_not_agree(HookPoint point, string name)
    {
        var result = await RunAsync(point, name, new Echo());
        Assert.Equal((false, $"the settings of this process have no hook of that name at {point}"), (result.Agrees, result.Says));
    }

    [Fact]
    public void Without_hooks_nothing_is_made() => Assert.Null(new Webhooks(new HookOptions(), TimeProvider.System, new Echo()).Hooks);

    private sealed class Echo : ICommandRunner
    {
        public Task<HookResult> RunAsync(string command, HookPoint point, HookFacts facts, CancellationToken cancel) => Task.FromResult(new HookResult(true, command));
    }
}
