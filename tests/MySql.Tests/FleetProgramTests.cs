using System.Diagnostics;
using System.Text.Json;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.MySql.Tests;

/// <summary><c>scripts/fleet</c>, by which every server of these tests is started.</summary>
public class FleetProgramTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "OrchestratorFunctions.Fleet.dll");

    [Theory]
    [InlineData("--replicas takes a number from 0 to 20, not '21'.", "up", "--replicas", "21")]
    [InlineData("--name takes up to 40 letters, digits, '-' and '_', not '../x'.", "up", "--name", "../x")]
    [InlineData("--server takes mysql-9.7, mysql-8.4, mysql-8.0, mysql-5.7, mariadb-10.11, mariadb-11.8, not 'mysql-4'.", "prepare", "--server", "mysql-4")]
    [InlineData("--port-base takes a number from 1023 to 65000, not '80'.", "up", "--port-base", "80")]
    [InlineData("--with takes packages or docker, not 'rpm'.", "up", "--with", "rpm")]
    [InlineData("--owner-pid: there is no process 999999999.", "up", "--owner-pid", "999999999")]
    public async Task A_wrong_command_line_is_refused_with_what_would_be_right(string says, params string[] given)
    {
        var (code, output, error) = await RunAsync(given);
        Assert.Equal((2, "", $"fleet: {says}"), (code, output, error.Trim()));
    }

    [Fact]
    public async Task A_fleet_that_is_not_there_is_said_so()
    {
        var (code, _, error) = await RunAsync("status", "--name", "nobody-has-it");
        Assert.Equal((1, "fleet: there is no fleet 'nobody-has-it'."), (code, error.Trim()));
    }

    [Fact]
    public async Task Faults_are_made_seen_and_taken_back()
    {
        SkipWithoutServers();
        var name = $"program-{Environment.ProcessId}";
        try
        {
            using var fleet = JsonDocument.Parse(await OutputAsync("up", "--json", "--name", name, "--replicas", "1"));
            var replica = fleet.RootElement.GetProperty("servers")[1].GetProperty("port").GetInt32();
            string[] on = [$"{replica}", "--name", name];
            Assert.Equal("replica", await RoleAsync(name, replica));
            await OutputAsync(["stop", .. on]);
            Assert.Equal("stopped", (await OutputAsync(["state", .. on])).Trim());
            await OutputAsync(["fault", "cont", .. on]);
            await OutputAsync(["kill", .. on]);
            Assert.Equal("dead", (await OutputAsync(["state", .. on])).Trim());
            await OutputAsync(["restart", .. on]);
            Assert.Equal("replica", await RoleAsync(name, replica));
            var (code, _, error) = await RunAsync("kill", "1", "--name", name);
            Assert.Equal((2, true), (code, error.Contains("has no server on port 1", StringComparison.Ordinal)));
            Assert.Contains("already running", (await RunAsync("up", "--name", name, "--replicas", "1", "--reuse")).Error, StringComparison.Ordinal);
        }
        finally
        {
            await OutputAsync("down", "--name", name);
        }
        Assert.Equal(1, (await RunAsync("status", "--name", name)).Code);
    }

    [Fact]
    public async Task A_fleet_whose_owner_is_gone_is_removed_by_the_next_one()
    {
        SkipWithoutServers();
        var (left, next) = ($"left-{Environment.ProcessId}", $"next-{Environment.ProcessId}");
        using var owner = Process.Start("sleep", "600");
        try
        {
            using var fleet = JsonDocument.Parse(await OutputAsync("up", "--json", "--name", left, "--replicas", "0", "--owner-pid", $"{owner.Id}"));
            var server = fleet.RootElement.GetProperty("servers")[0].GetProperty("pid").GetInt32();
            Assert.True(IsRunning(server));
            owner.Kill();
            await owner.WaitForExitAsync(TestContext.Current.CancellationToken);
            await OutputAsync("up", "--name", next, "--replicas", "0");
            Assert.False(IsRunning(server));
            Assert.Equal(1, (await RunAsync("status", "--name", left)).Code);
        }
        finally
        {
            owner.Kill();
            await OutputAsync("down", "--name", left);
            await OutputAsync("down", "--name", next);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        SkipWithoutServers();
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        var (code, _, error) = await RunAsync("up", "--name", $"taken-{Environment.ProcessId}", "--replicas", "0", "--port-base", $"{port - 1}");
        Assert.Equal((1, $"fleet: port {port} is taken; choose another --port-base, or none to get a free one."), (code, error.Trim().Split('\n')[^1]));
    }

    private static void SkipWithoutServers()
    {
        if (ServerFleet.WhyUnavailable("mysql-9.7") is { } why) Assert.Skip(why);
    }

    // One that has ended and was not waited for yet has no command line any more.
    private static bool IsRunning(int pid) => File.Exists($"/proc/{pid}/cmdline") && File.ReadAllText($"/proc/{pid}/cmdline").Length > 0;

    private static async Task<string?> RoleAsync(string name, int port)
    {
        using var status = JsonDocument.Parse(await OutputAsync("status", "--json", "--name", name));
        var server = status.RootElement.GetProperty("servers").EnumerateArray().Single(s => s.GetProperty("port").GetInt32() == port);
        Assert.Equal("alive", server.GetProperty("state").GetString());
        return server.GetProperty("source").ValueKind == JsonValueKind.Null ? "primary" : "replica";
    }

    private static async Task<string> OutputAsync(params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)} ended with {code}: {error}");
        return output;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
