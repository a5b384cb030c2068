using System.Net;
using System.Text.Json;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>
/// What scripts and orchestrator-client ask orchestrator for, on four real servers that are written to. Each answer is read as the
/// client reads it.
/// </summary>
public sealed class OldScriptsTests
{
    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task Moves_switches_and_failovers_are_answered_when_they_have_ended(string kind)
    {
        var fleet = await Fleets.TakeAsync(replicas: 3, semiSync: true, kind);
        var place = await RelocateTests.DiscoveredAsync(fleet);
        await using var child = Child.Start(place);
        await child.WatchesAsync(fleet.Servers.Count);
        await using var writer = await DeadPrimaryTests.WriteAsync(fleet);
        var (primary, moved, source, other) = (fleet.Primary, fleet.Replicas[0], fleet.Replicas[1], fleet.Replicas[2]);

        Assert.Equal([Named(primary)], await AskAsync(child, "clusters-info", a => a.EnumerateArray().Select(c => c.GetProperty("ClusterName").GetString())));
        Assert.Equal(4, await AskAsync(child, "cluster/shop", a => a.GetArrayLength()));
        Assert.Equal(Named(primary), await AskAsync(child, $"instance/{In(moved)}", a => KeyOf(a.GetProperty("MasterKey"))));
        Assert.Equal(4, await AskAsync(child, "topology/shop", a => a.GetProperty("Details").GetString()!.Split('\n').Length));
        Assert.Equal("true", await AskAsync(child, $"can-replicate-from/{In(moved)}/{In(source)}", a => a.GetProperty("Message").GetString()));

        // Only the plan, then the move: who asks prints the server and its new source.
        Assert.Equal(HttpStatusCode.OK, (await child.AskOldAsync($"relocate/{In(moved)}/{In(source)}?dryRun=true")).Status);
        Assert.Equal(primary.Key(), (await moved.SeeAsync())!.Link!.Source);
        Assert.Equal($"{Named(moved)}<{Named(source)}", await AskAsync(child, $"relocate/{In(moved)}/{In(source)}", Moved));
        Assert.Equal(source.Key(), (await moved.SeeAsync())!.Link!.Source);
        Assert.Equal($"{Named(moved)}<{Named(primary)}", await AskAsync(child, $"move-up/{In(moved)}", Moved));
        Assert.Equal($"{Named(moved)}<{Named(primary)}", await AskAsync(child, $"repoint/{In(moved)}/{In(primary)}", Moved));
        await DeadPrimaryTests.GoesOnAsync(writer);

        // A switch: who asks prints the successor.
        Assert.Equal(Named(other), await AskAsync(child, $"graceful-master-takeover/shop/{In(other)}", Successor));
        Assert.Equal(other, await fleet.AssertOnePrimaryAsync());
        await DeadPrimaryTests.GoesOnAsync(writer);

        // A living primary is not replaced.
        var (status, refused) = await child.AskOldAsync($"recover/{In(other)}");
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.StartsWith("Recovery not attempted:", refused.GetProperty("Message").GetString(), StringComparison.Ordinal);
        Assert.Equal(other, await fleet.AssertOnePrimaryAsync());
        Assert.Equal(0, await DeadPrimaryTests.LostAsync(writer, other));
    }

    [Fact]
    public async Task A_failover_is_read_and_acknowledged_as_orchestrators_are()
    {
        var fleet = await Fleets.TakeAsync(replicas: 2, semiSync: true);
        var place = await RelocateTests.DiscoveredAsync(fleet);
        await using var child = Child.Start(place);
        await child.WatchesAsync(fleet.Servers.Count);
        Assert.Equal("disabled", await AskAsync(child, "disable-global-recoveries", Details));
        fleet.Primary.Kill();
        await Eventually.HoldsAsync("it is found dead", async () => await AskAsync(child, "replication-analysis", Analyses) is ["DeadMaster"], () => Task.FromResult(child.Log));
        await Eventually.HoldsAsync("it is held", async () => await AskAsync(child, "blocked-recoveries", a => a.GetArrayLength()) == 1, () => Task.FromResult(child.Log));

        // Asked for by a person it is done all the same.
        var successor = await AskAsync(child, $"recover/{In(fleet.Primary)}", a => KeyOf(a.GetProperty("Details")));
        Assert.Equal(successor, Named(await fleet.AssertOnePrimaryAsync(fleet.Primary)));
        Assert.Equal([successor], await AskAsync(child, "audit-recovery?unacknowledged=true", a => a.EnumerateArray().Select(r => KeyOf(r.GetProperty("SuccessorKey")))));
        Assert.Equal(successor, await AskAsync(child, "ack-recovery/cluster/shop?comment=seen", Details));
        Assert.Equal(0, await AskAsync(child, "audit-recovery?unacknowledged=true", a => a.GetArrayLength()));
        Assert.Equal(successor, await AskAsync(child, "master/shop", a => a.GetProperty("ClusterName").GetString()));
    }

    /// <summary>By the command line, on the storage directly and over a process that serves.</summary>
    [Fact]
    public async Task Commands_in_the_old_words_print_what_they_printed()
    {
        var fleet = await Fleets.TakeAsync(replicas: 2, semiSync: true);
        var place = await RelocateTests.DiscoveredAsync(fleet);
        var (primary, moved, source) = (fleet.Primary, fleet.Replicas[0], fleet.Replicas[1]);
        await using var child = Child.Start(place);
        await child.WatchesAsync(fleet.Servers.Count);

        foreach (var where in (string[][])[[], ["-api", child.Address]])
        {
            async Task<string> SaysAsync(string line)
            {
                var result = await place.RunAsync([.. line.Split(' '), .. where]);
                Assert.True(result.Code == 0, $"{line}: {result}");
                Assert.Equal(where.Length == 0 ? "orchestrator: on the storage directly" : $"orchestrator: over {child.Address}/api/", result.Complaints[0]);
                return result.Output.TrimEnd();
            }

            Assert.Equal(Named(primary), await SaysAsync("-c clusters"));
            Assert.Equal($"{Named(primary)}\tshop", await SaysAsync("-c clusters-alias"));
            Assert.Equal(3, (await SaysAsync("-c topology -a shop")).Split('\n').Length);
            Assert.Equal(Named(primary), await SaysAsync($"-c which-master -i {moved.Key}"));
            Assert.Equal(Named(primary), await SaysAsync("-c which-cluster-master -alias shop"));
            Assert.Equal($"{Named(moved)}\n{Named(source)}", await SaysAsync($"-c which-slaves -i {primary.Key}"));
            Assert.Equal(Named(moved), await SaysAsync($"-c is-replicating -i {moved.Key}"));
            Assert.Equal($"{Named(moved)}<{Named(source)}", await SaysAsync($"-c relocate -i {moved.Key} -d {source.Key}"));
            Assert.Equal($"{Named(moved)}<{Named(primary)}", await SaysAsync($"--command move-up --instance {moved.Key}"));
            Assert.Equal(Named(source), await SaysAsync($"-c begin-downtime -i {source.Key} -owner ann -reason disk -duration 5m"));
            Assert.Equal(Named(source), await SaysAsync("-c which-downtimed-instances"));
            Assert.Equal(Named(source), await SaysAsync($"-c end-downtime -i {source.Key}"));
        }

        var refused = await place.RunAsync("-c", "match-up", "-i", moved.Key);
        Assert.Equal(1, refused.Code);
        Assert.StartsWith("match-up is not supported: Pseudo-GTID", refused.Complaints[^1], StringComparison.Ordinal);
        var missing = await place.RunAsync("-c", "relocate", "-i", moved.Key);
        Assert.Equal((2, "relocate: expected a destination (-d HOST:PORT)"), (missing.Code, missing.Complaints[^1]));
        var nobody = await place.RunAsync("-c", "clusters", "-api", "http://127.0.0.1:1");
        Assert.Equal(1, nobody.Code);
        Assert.StartsWith("clusters: no answer over http://127.0.0.1:1/api/: ", nobody.Complaints[^1], StringComparison.Ordinal);
        Assert.Equal(primary, await fleet.AssertOnePrimaryAsync());
    }

    private static async Task<T> AskAsync<T>(Child child, string path, Func<JsonElement, T> read)
    {
        var (status, answer) = await child.AskOldAsync(path);
        Assert.True(status == HttpStatusCode.OK, $"{path}: {answer}\n{child.Log}");
        return read(answer);
    }

    private static string[] Analyses(JsonElement answer) =>
        [.. answer.GetProperty("Details").EnumerateArray().Select(a => a.GetProperty("Analysis").GetString()!).Where(a => a != "NoProblem")];

    private static string Details(JsonElement answer) => answer.GetProperty("Details").GetString()!;

    private static string Moved(JsonElement answer) =>
        $"{KeyOf(answer.GetProperty("Details").GetProperty("Key"))}<{KeyOf(answer.GetProperty("Details").GetProperty("MasterKey"))}";

    private static string Successor(JsonElement answer) => KeyOf(answer.GetProperty("Details").GetProperty("SuccessorKey"));

    private static string KeyOf(JsonElement key) => $"{key.GetProperty("Hostname").GetString()}:{key.GetProperty("Port").GetInt32()}";

    private static string Named(FleetServer server) => server.Key().ToString();

    private static string In(FleetServer server) => $"{server.Key().Host}/{server.Key().Port}";
}
