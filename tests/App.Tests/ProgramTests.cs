using System.Diagnostics;

namespace OrchestratorFunctions.App.Tests;

/// <summary>The program itself, as the host would start it, but without a host.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task Without_settings_it_does_not_start_and_names_every_one_that_is_missing()
    {
        var (code, said) = await StartAsync([]);
        Assert.NotEqual(0, code);
        // The host takes a line for an error when its words say so, and drops the ones below it.
        var line = Assert.Single(said.Split('\n'), l => l.Contains("Unhandled exception", StringComparison.Ordinal));
        Assert.Contains("Storage:AccountName", line, StringComparison.Ordinal);
        Assert.Contains("MySql:User is empty: name the account that probes the servers (Bicep: mysqlUser)", line, StringComparison.Ordinal);
        Assert.Contains("FailureBus:FullyQualifiedNamespace", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_its_settings_it_gets_as_far_as_asking_for_the_host()
    {
        var (code, said) = await StartAsync(new()
        {
            ["Storage__AccountName"] = "state", ["MySql__User"] = "orchestrator", ["MySql__Password"] = "secret", ["FailureBus__fullyQualifiedNamespace"] = "ns.servicebus.windows.net",
        });
        Assert.NotEqual(0, code);
        Assert.Contains("Functions:Worker:HostEndpoint", said, StringComparison.Ordinal);
        Assert.DoesNotContain("because of its settings", said, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Said)> StartAsync(Dictionary<string, string> settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppOutputs.Folder, "OrchestratorFunctions.App.dll")]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        foreach (var (key, value) in settings) start.Environment[key] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }
}
