using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.Legacy;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.Tests.Legacy;

public sealed partial class LegacyRoutesTests
{
    private static readonly ApiOptions Password = new() { Authentication = AuthenticationMethod.Multi, User = "dana", Password = "secret" };

    /// <summary>Every route of orchestrator's 3.2.6 by its first word and the number of parts that follow, with those of its fork.</summary>
    private const string OfOrchestrator = """
        relocate 4, relocate-below 4, relocate-replicas 4, relocate-slaves 4, regroup-replicas 2, regroup-slaves 2, move-up 2, move-up-replicas 2,
        move-up-slaves 2, move-below 4, move-equivalent 4, repoint 4, repoint-replicas 2, repoint-slaves 2, make-co-master 2, take-siblings 2,
        enslave-siblings 2, take-master 2, enslave-master 2, master-equivalent 4, regroup-replicas-bls 2, regroup-slaves-bls 2, move-below-gtid 4,
        move-replicas-gtid 4, move-slaves-gtid 4, regroup-replicas-gtid 2, regroup-slaves-gtid 2, match 4, match-below 4, match-up 2, match-replicas 4,
        match-slaves 4, match-up-replicas 2, match-up-slaves 2, regroup-replicas-pgtid 2, regroup-slaves-pgtid 2, make-master 2, make-local-master 2,
        enable-gtid 2, disable-gtid 2, locate-gtid-errant 2, gtid-errant-reset-master 2, gtid-errant-inject-empty 2, skip-query 2, start-replica 2,
        start-slave 2, restart-replica 2, restart-slave 2, stop-replica 2, stop-slave 2, stop-replica-nice 2, stop-slave-nice 2, reset-replica 2,
        reset-slave 2, detach-replica 2, detach-slave 2, reattach-replica 2, reattach-slave 2, detach-replica-master-host 2, detach-slave-master-host 2,
        reattach-replica-master-host 2, reattach-slave-master-host 2, flush-binary-logs 2, purge-binary-logs 3, restart-replica-statements 2,
        restart-slave-statements 2, enable-semi-sync-master 2, disable-semi-sync-master 2, enable-semi-sync-source 2, disable-semi-sync-source 2,
        enable-semi-sync-replica 2, disable-semi-sync-replica 2, delay-replication 3, can-replicate-from 4, can-replicate-from-gtid 4, set-read-only 2,
        set-writeable 2, kill-query 3, last-pseudo-gtid 2, change-master-credentials 2, submit-pool-instances 1, cluster-pool-instances 1,
        cluster-pool-instances 2, heuristic-cluster-pool-instances 1, heuristic-cluster-pool-instances 2, heuristic-cluster-pool-lag 1,
        heuristic-cluster-pool-lag 2, tagged 0, tags 2, tag-value 2, tag-value 3, tag 2, tag 4, untag 2, untag 3, untag-all 0, untag-all 2,
        submit-masters-to-kv-stores 0, submit-masters-to-kv-stores 1, search 0, search 1, cluster 1, cluster/alias 1, cluster/instance 2, cluster-info 1,
        cluster-info/alias 1, cluster-osc-replicas 1, cluster-osc-slaves 1, set-cluster-alias 1, clusters 0, clusters-info 0, masters 0, master 1,
        instance-replicas 2, all-instances 0, downtimed 0, downtimed 1, topology 1, topology 2, topology-tabulated 1, topology-tabulated 2,
        topology-tags 1, topology-tags 2, snapshot-topologies 0, instance 2, bulk-instances 0, bulk-promotion-rules 0, problems 0, problems 1, audit 0,
        audit 1, audit/instance 2, audit/instance 3, resolve 2, discover 2, async-discover 2, refresh 2, forget 2, forget-cluster 1, begin-maintenance 4,
        end-maintenance 2, end-maintenance 1, in-maintenance 2, maintenance 0, begin-downtime 4, begin-downtime 5, end-downtime 2, register-candidate 3,
        register-hostname-unresolve 3, deregister-hostname-unresolve 2, replication-analysis 0, replication-analysis 1, replication-analysis/instance 2,
        replication-analysis-changelog 0, recover 2, recover 4, recover-lite 2, recover-lite 4, graceful-master-takeover 1, graceful-master-takeover 2,
        graceful-master-takeover 3, graceful-master-takeover 4, graceful-master-takeover-auto 1, graceful-master-takeover-auto 2,
        graceful-master-takeover-auto 3, graceful-master-takeover-auto 4, force-master-failover 1, force-master-failover 2, force-master-takeover 3,
        force-master-takeover 4, automated-recovery-filters 0, audit-failure-detection 0, audit-failure-detection 1, audit-failure-detection/id 1,
        audit-failure-detection/alias 1, audit-failure-detection/alias 2, audit-recovery 0, audit-recovery 1, audit-recovery/id 1, audit-recovery/uid 1,
        audit-recovery/cluster 1, audit-recovery/cluster 2, audit-recovery/alias 1, audit-recovery/alias 2, audit-recovery-steps 1,
        active-cluster-recovery 1, recently-active-cluster-recovery 1, recently-active-instance-recovery 2, ack-recovery/cluster 1,
        ack-recovery/cluster/alias 1, ack-recovery/instance 2, ack-recovery 1, ack-recovery/uid 1, ack-all-recoveries 0, blocked-recoveries 0,
        blocked-recoveries/cluster 1, disable-global-recoveries 0, enable-global-recoveries 0, check-global-recoveries 0, health 0, lb-check 0, _ping 0,
        leader-check 0, leader-check 1, routed-leader-check 0, routed-leader-check 1, status 0, headers 0, grab-election 0, reelect 0,
        reload-configuration 0, hostname-resolve-cache 0, reset-hostname-resolve-cache 0, reload-cluster-alias 0, raft-add-peer 1, raft-remove-peer 1,
        raft-yield 1, raft-yield-hint 1, raft-peers 0, raft-state 0, raft-leader 0, raft-health 0, raft-status 0, raft-snapshot 0,
        raft-follower-health-report 3, discovery-metrics-raw 1, discovery-metrics-aggregated 1, discovery-queue-metrics-raw 1,
        discovery-queue-metrics-raw 2, discovery-queue-metrics-aggregated 1, discovery-queue-metrics-aggregated 2, backend-query-metrics-raw 1,
        backend-query-metrics-aggregated 1, write-buffer-metrics-raw 1, write-buffer-metrics-aggregated 1, agents 0, agent 1, agent-umount 1,
        agent-mount 1, agent-create-snapshot 1, agent-removelv 1, agent-mysql-stop 1, agent-mysql-start 1, agent-seed 2, agent-active-seeds 1,
        agent-recent-seeds 1, agent-seed-details 1, agent-seed-states 1, agent-abort-seed 1, agent-custom-command 2, seeds 0, instance-channels 2, proxysql/servers 0
        """;

    [Fact]
    public async Task Every_route_of_orchestrator_is_answered_in_its_own_shapes()
    {
        await using var endpoints = await Endpoints.StartAsync();
        foreach (var route in OfOrchestrator.Split(',', StringSplitOptions.TrimEntries).Select(r => r.Split(' ')))
        {
            var path = $"/api/{route[0]}{string.Concat(Enumerable.Repeat("/1", int.Parse(route[1])))}";
            foreach (var asked in (string[])[path, $"{path}/"])
            {
                using var answer = await endpoints.SendAsync("GET", asked);
                await AssertShapeAsync(answer, asked);
                Assert.NotEqual(HttpStatusCode.NotFound, answer.StatusCode);
                using var head = await endpoints.SendAsync("HEAD", asked);
                // What acts is not done by a HEAD.
                Assert.True(head.StatusCode == answer.StatusCode || head.StatusCode == HttpStatusCode.MethodNotAllowed, asked);
            }
        }
    }

    [Fact]
    public async Task Whatever_stands_in_a_path_changes_nothing_and_leaks_nothing()
    {
        string[] odd =
        [
            "'; DROP TABLE x; --", "\" or 1 eq 1", "<script>alert(1)</script>", "../../etc/passwd", "%00", "(a+)+$", "-1", "99999999999999999999", "NaN",
            "💥\u202e", new string('x', 1000), "{\"a\":[[[[]]]]}", " ", "*", "${jndi:x}",
        ];
        await using var endpoints = await Endpoints.StartAsync();
        foreach (var (role, headers) in await CallersAsync(endpoints))
            foreach (var route in LegacyRoutes.All)
                foreach (var text in odd)
                {
                    var path = Parameter().Replace(route.Path, Uri.EscapeDataString(text));
                    using var answer = await endpoints.SendAsync("GET", $"/api/{path}?tag={Uri.EscapeDataString(text)}&s={Uri.EscapeDataString(text)}", headers);
                    await AssertShapeAsync(answer, path);
                    if (answer.StatusCode != HttpStatusCode.BadRequest) Assert.True((answer.StatusCode == HttpStatusCode.Forbidden) == (route.Needs > role), $"{role} {path}: {answer.StatusCode}");
                }
        Assert.DoesNotContain(endpoints.Memory.Entries, e => e.Act is not ("enable-recovery" or "disable-recovery"));
        Assert.DoesNotContain(endpoints.Memory.Entries, e => e.Actor.StartsWith("token:", StringComparison.Ordinal));
        Assert.Equal(4, (await endpoints.Memory.ReadAllAsync(default)).Single().Members.Length);
        Assert.Empty(endpoints.World.Ran);
    }

    [Fact]
    public async Task All_but_health_is_behind_the_sign_in_and_what_acts_is_refused_to_who_may_only_read()
    {
        await using var endpoints = await Endpoints.StartAsync(access: Password);
        foreach (var route in LegacyRoutes.All)
        {
            var path = $"/api/{Parameter().Replace(route.Path, "1")}";
            using var nobody = await endpoints.SendAsync("GET", path);
            Assert.True((nobody.StatusCode == HttpStatusCode.Unauthorized) == (route.Needs != Role.None), path);
            using var reader = await endpoints.SendAsync("GET", path, Headers.Basic("readonly:"));
            Assert.True((reader.StatusCode == HttpStatusCode.Forbidden) == (route.Needs.Acts()), path);
            await AssertShapeAsync(reader, path);
        }
    }

    [Fact]
    public async Task Nothing_is_done_by_a_HEAD()
    {
        await using var endpoints = await Endpoints.StartAsync();
        foreach (var route in LegacyRoutes.All)
        {
            using var head = await endpoints.SendAsync("HEAD", $"/api/{Parameter().Replace(route.Path, "1")}");
            Assert.True((head.StatusCode == HttpStatusCode.MethodNotAllowed) == (route.Needs.Acts()), route.Path);
        }
        Assert.Empty(endpoints.Memory.Entries);
    }

    [Fact]
    public void Every_route_stands_in_the_documents()
    {
        var documented = File.ReadAllText(Path.Combine(Play.Root(), "docs", "api.md"));
        string[] missing = [.. LegacyRoutes.All.Select(r => r.Path.Split('/')[0]).Distinct().Where(n => !documented.Contains($"`{n}`", StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    /// <summary>
    /// An image on a page of another site sends no Origin, and over plain HTTP nothing of Sec-Fetch; a page can keep back the Referer.
    /// </summary>
    [Theory]
    [InlineData("Accept-Language", "en", 403)]
    [InlineData("Sec-Purpose", "prefetch;prerender", 403)]
    [InlineData("Referer", "https://evil.example/page", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Origin", "https://evil.example", 403)]
    [InlineData("Sec-Fetch-Site", "none", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    [InlineData("User-Agent", "curl/8.5.0", 200)]
    public async Task A_page_of_another_site_cannot_make_a_browser_act(string header, string value, int status)
    {
        await using var endpoints = await Endpoints.StartAsync();
        using var acts = await endpoints.SendAsync("GET", "/api/begin-downtime/db2/3306/ann/why", (header, value));
        using var asks = await endpoints.SendAsync("GET", "/api/clusters", (header, value));
        Assert.Equal((status, 200), ((int)acts.StatusCode, (int)asks.StatusCode));
        Assert.Equal(status == 200 ? 1 : 0, endpoints.Memory.Entries.Count);
    }

    [Theory]
    [InlineData("?dryRun")]
    [InlineData("?dryRun=")]
    [InlineData("?dryRun=yes")]
    [InlineData("?dry-run=true")]
    [InlineData("?dryrn=true")]
    [InlineData("?dryRun=true")]
    public async Task A_switch_that_is_not_understood_changes_nothing(string query)
    {
        await using var endpoints = await Endpoints.StartAsync();
        foreach (var path in (string[])["begin-downtime/db2/3306/ann/why", "disable-global-recoveries", "set-cluster-alias/shop", "end-downtime/db2/3306"])
        {
            using var answer = await endpoints.SendAsync("GET", $"/api/{path}{query}");
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        }
        Assert.Empty(endpoints.Memory.Entries);
        Assert.True(await endpoints.Memory.IsRecoveryEnabledAsync(default));
    }

    [Fact]
    public async Task Storage_that_is_away_is_an_error_that_says_so()
    {
        await using var endpoints = await Endpoints.StartAsync(settings: Flow.Tests.Broken.Of<Flow.Ports.ISettingsStore>());
        using var answer = await endpoints.SendAsync("GET", "/api/clusters");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        await AssertShapeAsync(answer, "clusters");
        Assert.Contains(endpoints.Log.Lines, l => l.Says.StartsWith("Could not answer clusters", StringComparison.Ordinal));
    }

    /// <summary>Whoever reaches it, who may all; a token that reads, and one that operates.</summary>
    private static async Task<(Role Role, (string, string)[] Headers)[]> CallersAsync(Endpoints endpoints)
    {
        var callers = new List<(Role, (string, string)[])> { (Role.Power, []) };
        foreach (var role in (Role[])[Role.Read, Role.Operate])
        {
            var value = TokenValue.New();
            await endpoints.Memory.AddTokenAsync(new($"{role}", value.Id, Roles.NameOf(role), value.Hash, "ann", Flow.Tests.World.Noon, Flow.Tests.World.Noon.AddDays(1)), default);
            callers.Add((role, [("Authorization", $"Bearer {value.Text}")]));
        }
        return [.. callers];
    }

    private static async Task AssertShapeAsync(HttpResponseMessage answer, string path)
    {
        var text = await answer.Content.ReadAsStringAsync();
        // What no server of HTTP takes in does not come so far.
        if (answer.StatusCode == HttpStatusCode.BadRequest && text.Length == 0) return;
        Assert.True(text.Length > 0, $"{path}: {answer.StatusCode}");
        using var document = JsonDocument.Parse(text);
        if (answer.StatusCode == HttpStatusCode.OK) return;
        Assert.True(document.RootElement.GetProperty("Code").GetString() == "ERROR", $"{path}: {text}");
        Assert.False(string.IsNullOrEmpty(document.RootElement.GetProperty("Message").GetString()), path);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\{\w+\??\}")]
    private static partial Regex Parameter();
}
