namespace OrchestratorFunctions.Hooks.Tests;

public sealed class HookSettingTests
{
    private static HookOptions Options(params string[] settings)
    {
        var options = new HookOptions();
        foreach (var setting in settings) Assert.Null(options.Take(setting.Split('=', 2)[0], setting.Split('=', 2)[1]));
        return options;
    }

    [Fact]
    public void Hooks_run_in_the_order_of_their_points_and_numbers_addresses_first()
    {
        var options = Options("PostFailover:0:Command=a", "PreFailover:10:Command=c", "PreFailover:2:Command=b", "prefailover:2:name=page", "PreFailover:2:Timeout=00:01:00");
        options.PreFailover = "https://one.example/a https://two.example/b";
        Assert.Equal(
            ["PreFailover address-1 10", "PreFailover address-2 10", "PreFailover page 60", "PreFailover 10 10", "PostFailover 0 10"],
            options.Planned.Select(h => $"{h.Point} {h.Name} {h.Timeout.TotalSeconds}"));
        Assert.Empty(options.Problems());
    }

    [Theory]
    [InlineData("run &", false)]
    [InlineData("run", true)]
    [InlineData("one &&", true)]
    public void A_command_with_an_ampersand_at_its_end_is_not_waited_for(string command, bool waits) =>
        Assert.Equal(waits, Assert.Single(Options($"PreFailover:0:Command={command}").Planned).Waits);

    [Fact]
    public void A_hook_that_is_said_not_to_be_waited_for_is_not() =>
        Assert.False(Assert.Single(Options("PreFailover:0:Command=run", "PreFailover:0:Waits=false").Planned).Waits);

    [Fact]
    public void Without_hooks_there_are_none_to_plan() => Assert.True(new HookOptions().Planned.IsDefault);

    [Theory]
    [InlineData("PreFailover:0:Nothing", "x", "PreFailover:0:Nothing: there is no such setting; known of a hook are Command, Url, Name, Timeout, Waits")]
    [InlineData("PreFailure:0:Command", "x", "PreFailure:0:Command: there is no such setting; a hook is PreFailover:0:Command or the like")]
    [InlineData("2:0:Command", "x", "2:0:Command: there is no such setting; a hook is PreFailover:0:Command or the like")]
    [InlineData("PreFailover:x:Command", "x", "PreFailover:x:Command: expected a number from 0 to 99 after PreFailover")]
    [InlineData("PreFailover:0:Timeout", "soon", "PreFailover:0:Timeout 'soon': expected a time as hours:minutes:seconds, or true or false")]
    public void What_is_no_setting_of_a_hook_is_said(string key, string value, string problem) =>
        Assert.Equal(problem, new HookOptions().Take(key, value));

    [Theory]
    [InlineData("Hooks:PreFailover:0: expected either Hooks:PreFailover:0:Command or Hooks:PreFailover:0:Url", "PreFailover:0:Name=x")]
    [InlineData("Hooks:PreFailover:0: expected either Hooks:PreFailover:0:Command or Hooks:PreFailover:0:Url", "PreFailover:0:Command=x", "PreFailover:0:Url=https://a.example/")]
    [InlineData("Hooks:PreFailover:0:Command: expected a command", "PreFailover:0:Command=&")]
    [InlineData("Hooks:PreFailover:0:Url: (http://a.example): would send in the clear; expected https://HOST/PATH, or http:// for this very machine", "PreFailover:0:Url=http://a.example/secret")]
    [InlineData("Hooks:PreFailover:0:Name 'a b': expected 1 to 64 letters, digits, dots, dashes and underscores", "PreFailover:0:Command=x", "PreFailover:0:Name=a b")]
    [InlineData("Hooks:PreFailover:0:Timeout '00:06:00': expected 00:00:00.1000000 to 00:05:00", "PreFailover:0:Command=x", "PreFailover:0:Timeout=00:06:00")]
    [InlineData("Hooks:PreFailover: two hooks are named 'a': expected a name for each", "PreFailover:0:Command=x", "PreFailover:0:Name=a", "PreFailover:1:Command=x", "PreFailover:1:Name=a")]
    public void What_is_wrong_with_a_hook_is_said_without_its_command_and_address(string problem, params string[] settings) =>
        Assert.Equal([problem], Options(settings).Problems());

    [Fact]
    public void Where_no_commands_are_run_one_is_a_problem() =>
        Assert.Equal(["Hooks:PreFailover:0:Command: no commands are run on Azure: expected Hooks:PreFailover:0:Url, an address that is posted to"], Options("PreFailover:0:Command=x").Problems(runsCommands: false));

    [Fact]
    public void A_point_that_never_comes_is_warned_of()
    {
        Assert.Single(Options("PostIntermediateFailover:0:Command=x").Warnings);
        Assert.Empty(Options("PostFailover:0:Command=x").Warnings);
    }

    [Fact]
    public void A_secret_belongs_to_hooks_too() =>
        Assert.Empty(new HookOptions { Secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz", PostFailover = "https://a.example/" }.Problems());
}
