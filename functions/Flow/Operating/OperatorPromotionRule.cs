using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>Says of a server whether it shall be promoted, for good or for a while.</summary>
public sealed class OperatorPromotionRule(VerbPorts ports)
{
    /// <summary>Longer ones are refused; a rule without a length stays.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <param name="name">A server by any of its names.</param>
    /// <param name="rule">prefer, neutral, prefer_not or must_not.</param>
    /// <param name="length">After so long the rule is neutral again; null when it stays.</param>
    public async Task<OperationAnswer> SetAsync(
        string name, string rule, TimeSpan? length, string actor, string because, CancellationToken cancel)
    {
        if (!PromotionRules.TryParse(rule, out var wanted, out var problem)) return OperationAnswer.BadInput(problem);
        if (length <= TimeSpan.Zero || length > Longest)
            return OperationAnswer.BadInput(
                $"a rule for {Duration.Of(length!.Value)}: expected more than nothing and at most {Longest.Days} days");
        if (wanted == PromotionRule.Neutral && length is not null)
            return OperationAnswer.BadInput("a rule that is neutral ends anyway", "leave its length out");
        var (server, refusal) = (await ports.Names.ReadAsync(cancel)).Server(name);
        if (server is null) return OperationAnswer.BadInput(refusal!);
        return await SetAsync(server, wanted.Value, ports.Time.GetUtcNow() + length, actor, because, cancel);
    }

    private async Task<OperationAnswer> SetAsync(
        Named server, PromotionRule rule, DateTimeOffset? until, string actor, string because, CancellationToken cancel)
    {
        var (cluster, key) = (server.Cluster.Id, server.Server!);
        var stored = (await ports.Topologies.ReadAsync(cluster, cancel))?.Members.FirstOrDefault(m => m.Key == key);
        var isOver = stored?.PromotionRuleUntil <= ports.Time.GetUtcNow();
        var now = isOver ? PromotionRule.Neutral : stored?.PromotionRule;
        if (now == rule && until is null && (isOver || stored?.PromotionRuleUntil is null))
            return OperationAnswer.Refused($"the promotion rule of {key} is {PromotionRules.NameOf(rule)} already");
        var says = PromotionRules.NameOf(rule) + (until is { } end ? $" until {end:u}" : "");
        await ports.WriteAsync(actor, "promotion-rule", cluster, key, $"{says}: {because}", cancel);
        if (!await ports.Topologies.SetPromotionRuleAsync(cluster, key, rule, cancel, until))
            return OperationAnswer.Refused($"{key} was forgotten meanwhile");
        ports.Declared();
        return OperationAnswer.Done($"the promotion rule of {key} is {says}");
    }
}
