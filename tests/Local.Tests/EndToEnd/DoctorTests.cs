using System.Text.Json;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>What is wrong with real servers is named, and the statements that are named mend it.</summary>
public sealed class DoctorTests
{
    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task What_is_named_is_mended_by_the_statements_that_are_named_and_then_it_is_content(string kind)
    {
        var fleet = await Fleets.TakeAsync(replicas: 2, semiSync: true, kind);
        await using var asItWas = new Undo(fleet);
        await fleet.TellAccountsAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        await Eventually.HoldsAsync("a sign of life of the watcher", async () => await watcher.Room.Ports.Settings.ReadBeatAsync("watch/0", default) is not null);
        // Tests build their servers without what costs a restart or a disk: that is mended first.
        await MendAsync(fleet, await FindAsync(watcher.Place));
        var well = await FindAsync(watcher.Place);
        Assert.True(well.Code == 0, well.Output);
        Assert.DoesNotContain(Findings(well), f => f.Severity != "Hint");

        var (replica, before) = (fleet.Replicas[0], await fleet.DescribeAsync());
        var isMariaDb = (await replica.SeeAsync())!.Version.IsMariaDb;
        await replica.ExecuteAsync("SET GLOBAL read_only=OFF");
        var privilege = isMariaDb ? "READ_ONLY ADMIN" : "SYSTEM_VARIABLES_ADMIN";
        await replica.ExecuteAsync($"SET SESSION sql_log_bin=0; REVOKE {privilege} ON *.* FROM orchestrator; SET SESSION sql_log_bin=1");

        var ill = await FindAsync(watcher.Place);
        Assert.Equal(1, ill.Code);
        Assert.Equal(["PrivilegesMissing", "WritableReplica"], Findings(ill).Where(f => f.Subject == replica.Key && f.Severity == "Severe").Select(f => f.Code).Order());
        var text = await watcher.Place.RunAsync("doctor", "shop");
        Assert.Contains($"Fix: on {replica.Key}: SET GLOBAL {(isMariaDb ? "" : "super_")}read_only=ON;", text.Output, StringComparison.Ordinal);
        Assert.Matches(@"\d+ findings: \d+ severe", text.Output.TrimEnd().Split('\n')[^1]);

        await MendAsync(fleet, ill);
        var mended = await FindAsync(watcher.Place);
        Assert.True(mended.Code == 0, mended.Output);
        Assert.DoesNotContain(Findings(mended), f => f.Severity != "Hint");
        Assert.Equal(before, await fleet.DescribeAsync());
    }

    [Fact]
    public async Task Without_a_name_all_clusters_are_examined_and_a_name_that_means_nothing_is_refused()
    {
        var place = await Place.NewAsync("Recovery:Clusters=shp*");
        var alone = await place.RunAsync("doctor", "--json");
        Assert.Equal(1, alone.Code);
        Assert.Equal(["NoCluster", "NobodyIsTold", "WatcherSilent"], Findings(alone).Select(f => f.Code).Order(StringComparer.Ordinal));
        Assert.Equal(2, (await place.RunAsync("doctor", "nowhere")).Code);
    }

    private static Task<CommandResult> FindAsync(Place place) => place.RunAsync("doctor", "shop", "--json");

    private sealed record Found(string Code, string Severity, string Subject, IReadOnlyList<(string Kind, string On, string Text)> Fixes);

    private static IReadOnlyList<Found> Findings(CommandResult result)
    {
        var json = JsonDocument.Parse(result.Output).RootElement;
        return [.. json.GetProperty("clusters").EnumerateArray().Append(json.GetProperty("installation"))
            .SelectMany(part => part.GetProperty("findings").EnumerateArray()).Select(Read)];
    }

    private static Found Read(JsonElement finding)
    {
        string Of(JsonElement at, string name) => at.GetProperty(name).GetString()!;
        return new(Of(finding, "code"), Of(finding, "severity"), Of(finding, "subject"),
            [.. finding.GetProperty("fixes").EnumerateArray().Select(f => (Of(f, "kind"), Of(f, "on"), Of(f, "text")))]);
    }

    // As a person would: one finding after the other, each statement on the server that it names.
    private static async Task MendAsync(ServerFleet fleet, CommandResult result)
    {
        foreach (var finding in Findings(result).Where(f => f.Severity != "Hint"))
            foreach (var (_, on, text) in finding.Fixes.Where(f => f.Kind == "Statement"))
                await fleet.Servers.Single(s => s.Key == on).ExecuteAsync(text);
    }

    /// <summary>Other tests are handed the same servers.</summary>
    private sealed class Undo(ServerFleet fleet) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var server in fleet.Servers)
            {
                await server.ExecuteAsync("SET GLOBAL sync_relay_log=10000");
                if (!(await server.SeeAsync())!.Version.IsMariaDb) await server.ExecuteAsync("RESET PERSIST");
            }
        }
    }
}
