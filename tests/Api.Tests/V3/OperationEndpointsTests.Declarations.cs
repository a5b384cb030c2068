using System.Net;
using System.Text.Json;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.Api.Tests.V3;

public sealed partial class OperationEndpointsTests
{
    [Theory]
    [InlineData("downtime?name=SHOP&for=2h&because=rack", "cluster shop is in downtime until 2026-01-01 14:00:00Z")]
    [InlineData("downtime?name=Db2&for=01:00:00", "db2:3306 is in downtime until 2026-01-01 13:00:00Z")]
    [InlineData("promotion-rule?instance=DB2&rule=prefer&for=2h", "the promotion rule of db2:3306 is prefer until 2026-01-01 14:00:00Z")]
    [InlineData("promotion-rule?instance=db2&rule=must-not", "the promotion rule of db2:3306 is must_not")]
    [InlineData("clusters/SHOP/alias?alias=store", "the alias of cluster c-test is 'store', before 'shop'")]
    [InlineData("clusters/db3:3306/alias?remove=true", "the alias of cluster c-test is none, before 'shop'")]
    [InlineData("downtime?name=shop", "cluster shop is in downtime until 2026-01-01 13:00:00Z")]
    [InlineData("disable-recovery?because=move", "recoveries are disabled")]
    [InlineData("forget?name=shop&force=true", "cluster shop (c-test) is forgotten")]
    public async Task What_was_done_is_said_and_written_into_the_audit_log(string path, string says)
    {
        await using var endpoints = await Endpoints.StartAsync();
        var (status, answer) = await PostAsync(endpoints, path);
        Assert.Equal((HttpStatusCode.OK, says), (status, answer.GetProperty("says").GetString()));
        Assert.Equal("http", Assert.Single(endpoints.Memory.Entries).Actor);
    }

    [Theory]
    [InlineData("downtime?name=shop&for=90", 400, "for 90: expected a duration with a unit, for example 90m, 2h or 1d")]
    [InlineData("downtime?name=shopp&for=2h", 400, "cluster 'shopp': no cluster has this id, alias or member; did you mean 'shop'?")]
    [InlineData("downtime?for=2h", 400, "name: expected a cluster by id or alias")]
    [InlineData("enable-recovery", 409, "recoveries are enabled already")]
    [InlineData("recoveries/r9/acknowledge", 404, "recovery 'r9': there is none of this id")]
    [InlineData("undowntime?name=shop", 409, "cluster shop is in no downtime")]
    [InlineData("promotion-rule?instance=db2&rule=must", 400, "promotion rule 'must': expected one of")]
    [InlineData("promotion-rule?instance=db2&rule=prefer&for=2", 400, "for 2: expected a duration with a unit")]
    [InlineData("promotion-rule?instance=db2&rule=neutral", 409, "the promotion rule of db2:3306 is neutral already")]
    [InlineData("clusters/shop/alias", 400, "alias: expected a name, or remove instead")]
    [InlineData("clusters/shop/alias?alias=x&remove=yes", 400, "remove 'yes': expected true or false")]
    [InlineData("clusters/nobody/alias?alias=x", 400, "cluster 'nobody': no cluster has this id")]
    [InlineData("split?instance=db2", 409, "db2:3306 follows db1:3306")]
    [InlineData("split", 400, "instance: expected a server by any of its names")]
    [InlineData("clusters/shop/adopt?instance=db2", 409, "db2:3306 is a member of cluster shop already")]
    [InlineData("clusters/nobody/adopt?instance=db2", 400, "cluster 'nobody': no cluster has this id")]
    [InlineData("forget?name=db2", 409, "db2:3306 is alive and replicates from db1:3306")]
    [InlineData("forget?name=db2&force=1", 400, "force '1': expected true or false")]
    [InlineData("forget?name=db7:3306", 400, "server 'db7:3306': no known server has this name")]
    public async Task What_cannot_be_is_refused_and_changes_nothing(string path, int expected, string problem)
    {
        await using var endpoints = await Endpoints.StartAsync();
        var before = await endpoints.GetAsync("clusters/shop/topology");
        var (status, answer) = await PostAsync(endpoints, path);
        Assert.Equal(expected, (int)status);
        Assert.StartsWith(problem, answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(endpoints.Memory.Entries);
        Assert.Equal(before.ToString(), (await endpoints.GetAsync("clusters/shop/topology")).ToString());
    }

    [Fact]
    public async Task A_downtime_is_seen_wherever_people_look()
    {
        await using var endpoints = await Endpoints.StartAsync();
        await PostAsync(endpoints, "downtime?name=shop&for=2h&because=rack");
        await PostAsync(endpoints, "downtime?name=db2&for=1h");
        var listed = (await endpoints.GetAsync("downtimes")).GetProperty("items");
        Assert.Equal(["", "db2:3306"], listed.EnumerateArray().Select(d => d.TryGetProperty("server", out var s) ? s.GetString()! : ""));
        var topology = await endpoints.GetAsync("clusters/shop/topology");
        Assert.Equal("rack", topology.GetProperty("downtime").GetProperty("reason").GetString());
        Assert.Equal("rack", (await endpoints.GetAsync("clusters")).GetProperty("items")[0].GetProperty("downtime").GetProperty("reason").GetString());
        Assert.Contains("the whole cluster: in downtime until", (await endpoints.GetTextAsync("clusters/shop/topology.txt")).Text, StringComparison.Ordinal);
        await endpoints.Memory.SaveSightingsAsync(World.Cluster,
            [Flow.Knowing.LiveCluster.AsStored(endpoints.World.Now[World.Primary]!.With(new ProbeOutcome.Failed(ProbeFailureKind.Refused, "no"), World.Noon))], default);
        Assert.All((await endpoints.GetAsync("analysis")).GetProperty("items").EnumerateArray(), a => Assert.Equal("rack", a.GetProperty("downtime").GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task A_name_that_means_no_cluster_is_told_with_those_there_are()
    {
        await using var endpoints = await Endpoints.StartAsync();
        var answer = await endpoints.GetAsync("clusters/shpo/topology", HttpStatusCode.NotFound);
        Assert.Equal("cluster 'shpo': no cluster has this id, alias or member; did you mean 'shop'?", answer.GetProperty("detail").GetString());
        Assert.Equal("one of shop", answer.GetProperty("remedy").GetString());
    }

    [Fact]
    public async Task A_cluster_is_found_by_a_name_that_only_people_used()
    {
        await using var endpoints = await Endpoints.StartAsync();
        var stored = (await endpoints.Memory.ReadAllAsync(default))[0].Members.Single(m => m.Key == Db2);
        await endpoints.Memory.SaveSightingsAsync(World.Cluster, [stored with { OtherNames = [new("replica.example.com", 3306)] }], default);
        Assert.Equal("c-test", (await endpoints.GetAsync("clusters/Replica.example.com/topology")).GetProperty("cluster").GetString());
    }

    [Fact]
    public async Task A_server_seen_in_part_says_without_what()
    {
        await using var endpoints = await Endpoints.StartAsync();
        var stored = (await endpoints.Memory.ReadAllAsync(default))[0].Members.Single(m => m.Key == Db2);
        await endpoints.Memory.SaveSightingsAsync(
            World.Cluster, [stored with { LastSeen = stored.LastSeen! with { Stale = InstanceParts.Place } }], default);
        var member = (await endpoints.GetAsync("clusters/shop/topology")).GetProperty("members").EnumerateArray()
            .Single(m => m.GetProperty("key").GetString() == "db2:3306");
        Assert.Equal("data centre and region", member.GetProperty("missing")[0].GetString());
        Assert.Equal("SeenInPart", (await endpoints.GetAsync("clusters/shop/analysis")).GetProperty("items")[0].GetProperty("code").GetString());
    }
}
