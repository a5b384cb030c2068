using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>
/// What changes something by orchestrator's names: each is an operation of our catalogue with its arguments, and its
/// answer in the old shape. With <c>?dryRun=true</c> nothing is changed.
/// </summary>
internal static class LegacyActs
{
    public static async Task<LegacyAnswer> DiscoverAsync(LegacyCall call)
    {
        var (key, wrong) = await FoundAsync(call);
        if (key is null) return wrong!;
        return LegacyCall.Find(await call.ClustersAsync(), key, isExact: true) is { } server
            ? LegacyAnswer.Ok($"Instance discovered: {server.Key}", json =>
                LegacyInstance.Write(json, server, call.Api))
            : LegacyAnswer.Ok($"Instance discovered: {key}; it is watched in a moment", KeyAs(key));
    }

    /// <summary>Found by the time of the answer too; the old answer has no details.</summary>
    public static async Task<LegacyAnswer> DiscoverLaterAsync(LegacyCall call)
    {
        var (key, wrong) = await FoundAsync(call);
        return key is null ? wrong! : LegacyAnswer.Ok($"Asynchronous discovery of {key} done");
    }

    public static async Task<LegacyAnswer> RefreshAsync(LegacyCall call)
    {
        var (key, wrong) = await FoundAsync(call);
        return key is null ? wrong! : LegacyAnswer.Ok($"Instance refreshed: {key}", KeyOnly(key));
    }

    private static async Task<(InstanceKey? Key, LegacyAnswer? Wrong)> FoundAsync(LegacyCall call)
    {
        if (call.KeyOf("host", "port", out var wrong) is not { } key) return (null, wrong);
        wrong = await RunAsync(call, "discover", ("instance", key.ToString()));
        return wrong is { IsOk: false } ? (null, wrong) : (key, null);
    }

    public static Task<LegacyAnswer> ForgetAsync(LegacyCall call) => OfServerAsync(
        call, s => RunAsync(call, "forget", ("name", s.Key.ToString()), ForceOf(call)), details: KeyOf, isExact: true);

    public static async Task<LegacyAnswer> ForgetClusterAsync(LegacyCall call)
    {
        var (view, wrong) = await call.ClusterAsync(isExact: true);
        if (view is null) return wrong!;
        return await RunAsync(call, "forget", ("name", view.Topology.Cluster.Value), ForceOf(call));
    }

    private static (string, string) ForceOf(LegacyCall call) => ("force", call.IsTrue("force") ? "true" : "false");

    public static Task<LegacyAnswer> BeginDowntimeAsync(LegacyCall call) => OfServerAsync(
        call, s => RunAsync(
            call, "downtime", OwnerOf(call), ("name", s.Key.ToString()), ("because", call.Text("reason")),
            ("for", call.Has("duration") ? call.Text("duration") : DefaultDowntime)),
        details: KeyOf);

    /// <summary>Who is signed in stands beside whom they name.</summary>
    public static string OwnerOf(LegacyCall call)
    {
        var (owner, caller) = (call.Text("owner"), Caller.SignedInOf(call.Http));
        // Nobody is taken for a program that has a token.
        if (caller.Length == 0 && owner.StartsWith(OperatorTokens.ActorBegins, StringComparison.OrdinalIgnoreCase))
            return $"{owner} (http)";
        return caller.Length > 0 && caller != owner ? $"{owner} ({caller})" : owner;
    }

    /// <summary>As in Percona's fork: in orchestrator a downtime without a length is none.</summary>
    private const string DefaultDowntime = "10m";

    /// <summary>What is over already is done, as in orchestrator.</summary>
    public static Task<LegacyAnswer> EndDowntimeAsync(LegacyCall call) => OfServerAsync(call, async s =>
    {
        // By what is stored: who watches takes a declaration over a moment later.
        var declared = await call.Api.Verbs.Downtime.ListAsync(call.Cancel);
        return declared.Any(d => d.Server == s.Key)
            ? await RunAsync(call, "undowntime", ("name", s.Key.ToString()))
            : IsSoAlready(call, $"{s.Key} is in no downtime of its own");
    }, details: KeyOf);

    /// <summary>A rule that is registered ends by itself, as in orchestrator, unless it is registered again.</summary>
    public static Task<LegacyAnswer> SetRuleAsync(LegacyCall call) => OfServerAsync(call, s =>
    {
        var (name, rule) = (("instance", s.Key.ToString()), ("rule", call.Text("promotionRule")));
        var isNeutral = PromotionRules.TryParse(rule.Item2, out var read, out _) && read == PromotionRule.Neutral;
        return isNeutral
            ? RunAsync(call, "promotion-rule", name, rule)
            : RunAsync(call, "promotion-rule", name, rule, ("for", RuleExpires));
    }, details: KeyOf);

    /// <summary>orchestrator's CandidateInstanceExpireMinutes, by default.</summary>
    private const string RuleExpires = "1h";

    /// <summary>An alias that is empty takes it away; one that was left out is a mistake.</summary>
    public static async Task<LegacyAnswer> SetAliasAsync(LegacyCall call)
    {
        if (!call.Http.Request.Query.ContainsKey("alias"))
            return LegacyAnswer.Error("alias: expected the name of the cluster, or nothing to take it away");
        var (view, wrong) = await call.ClusterAsync("clusterName");
        if (view is null) return wrong!;
        var (cluster, alias) = (view.Topology.Cluster.Value, call.Query("alias"));
        var known = (await call.Api.Verbs.Names.ReadAsync(call.Cancel)).Clusters;
        if (known.Any(c => c.Id == view.Topology.Cluster && c.Alias == alias))
            return IsSoAlready(call, $"the alias of cluster {cluster} is '{alias}'");
        return alias.Length > 0
            ? await RunAsync(call, "alias", ("cluster", cluster), ("alias", alias))
            : await RunAsync(call, "alias", ("cluster", cluster), ("remove", "true"));
    }

    public static Task<LegacyAnswer> EnableAsync(LegacyCall call) =>
        SwitchAsync(call, "enable-recovery", isEnabled: true);

    public static Task<LegacyAnswer> DisableAsync(LegacyCall call) =>
        SwitchAsync(call, "disable-recovery", isEnabled: false);

    public static async Task<LegacyAnswer> CheckAsync(LegacyCall call) =>
        Switched(await call.Api.Settings.IsRecoveryEnabledAsync(call.Cancel));

    // What is so already is done, as in orchestrator.
    private static async Task<LegacyAnswer> SwitchAsync(LegacyCall call, string operation, bool isEnabled)
    {
        if (LegacyPlans.WhyNoDryRun(call) is { } no) return no;
        if (await call.Api.Settings.IsRecoveryEnabledAsync(call.Cancel) == isEnabled) return Switched(isEnabled);
        var answer = await RunAsync(call, operation);
        return answer.IsOk ? Switched(isEnabled) : answer;
    }

    private static LegacyAnswer Switched(bool isEnabled)
    {
        var word = isEnabled ? "enabled" : "disabled";
        return LegacyAnswer.Ok($"Global recoveries are {word}", json => json.WriteStringValue(word));
    }

    /// <summary>Runs one that is done by the time of its answer.</summary>
    /// <param name="texts">By the name of the argument.</param>
    public static Task<LegacyAnswer> RunAsync(
        LegacyCall call, string operation, params (string Name, string Text)[] texts) =>
        RunAsync(call, operation, "", texts);

    /// <param name="by">Who asks, in their own words; empty for the caller.</param>
    public static async Task<LegacyAnswer> RunAsync(
        LegacyCall call, string operation, string by, params (string Name, string Text)[] texts)
    {
        if (LegacyPlans.WhyNoDryRun(call) is { } no) return no;
        var act = (ActOperation)Operations.All.Single(o => o.Name == operation);
        var (given, wrong) = await ReadAsync(call, act, by, texts);
        if (given is null) return Refused(wrong!);
        if (WhyNot(call, act, given) is { } powerless) return powerless;
        using var limit = new CancellationTokenSource(LegacyPlans.Longest, call.Api.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(call.Cancel, limit.Token);
        try
        {
            var answer = await act.Run(call.Api.Verbs, given, both.Token);
            return answer.Refusal is null ? LegacyAnswer.Ok(answer.Says) : Refused(answer);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !call.Cancel.IsCancellationRequested)
        {
            return LegacyAnswer.Error($"{operation} was stopped after {LegacyPlans.Longest.TotalSeconds:0} s");
        }
    }

    /// <summary>
    /// Why the caller may not what the route comes to, which with <c>force</c> is more than the route says; null when
    /// they may.
    /// </summary>
    public static LegacyAnswer? WhyNot(LegacyCall call, Operation operation, Given given) =>
        Caller.Of(call.Http).WhyNot(operation.NeedsFor(given)) is { } powerless
            ? LegacyAnswer.Refused(Problem.Of(StatusCodes.Status403Forbidden, powerless))
            : null;

    /// <summary>What an operation is told, read by its own rules.</summary>
    public static Task<(Given? Given, OperationAnswer? Wrong)> ReadAsync(
        LegacyCall call, Operation operation, string by, (string Name, string Text)[] texts)
    {
        var told = texts.ToDictionary(t => t.Name, t => ImmutableArray.Create(t.Text), StringComparer.Ordinal);
        var actor = by.Length > 0 ? by : Caller.NameOf(call.Http);
        return Given.ReadAsync(operation, told, actor, call.Api.Verbs.Names.ReadAsync, call.Cancel);
    }

    /// <summary>Why not, with what would allow it.</summary>
    public static LegacyAnswer Refused(OperationAnswer answer) => LegacyAnswer.Error(
        answer.Argument is { } argument ? argument.Told(argument.Key, answer.Refusal!.Says) : answer.Refusal!.Says);

    /// <summary>What is done to the server of the path, with an answer about it.</summary>
    public static async Task<LegacyAnswer> OfServerAsync(
        LegacyCall call, Func<LegacyServer, Task<LegacyAnswer>> act, Func<LegacyServer, Action<Utf8JsonWriter>> details,
        bool isExact = false)
    {
        var (server, wrong) = await call.ServerAsync(isExact: isExact);
        if (server is null) return wrong!;
        var answer = await act(server);
        return answer is { IsOk: true, Message: { } message } ? LegacyAnswer.Ok(message, details(server)) : answer;
    }

    /// <summary>What was asked for needs nothing to be done.</summary>
    public static LegacyAnswer IsSoAlready(LegacyCall call, string says) =>
        LegacyPlans.WhyNoDryRun(call) ?? LegacyAnswer.Ok(says);

    /// <summary>The key of a server.</summary>
    public static Action<Utf8JsonWriter> KeyOf(LegacyServer server) => KeyOnly(server.Key);

    private static Action<Utf8JsonWriter> KeyOnly(InstanceKey key) => json => json.WriteKeyValue(key);

    // What reads a key of an instance finds it.
    private static Action<Utf8JsonWriter> KeyAs(InstanceKey key) => json =>
    {
        json.WriteStartObject();
        json.WriteKey("Key", key);
        json.WriteEndObject();
    };
}
