using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;

namespace OrchestratorFunctions.Core.Explaining;

/// <summary>
/// What the lines of a drawn topology have no room for: downtimes, promotion rules, why a server is not seen, and what
/// one that was seen in part did not answer.
/// </summary>
public static class TopologyNotes
{
    /// <summary>One line each, each with its line end; empty when there is nothing to say.</summary>
    /// <param name="downtime">Of the whole cluster.</param>
    public static string Of(Topology topology, Downtime? downtime)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var lines = topology.Members.SelectMany(m => Of(m, topology.TakenAt));
        if (Active(downtime, topology.TakenAt) is { } whole) lines = lines.Prepend($"the whole cluster: {Says(whole)}");
        return string.Concat(lines.Select(l => $"  {l}\n"));
    }

    /// <summary>Until when a downtime goes on, who wants it and why.</summary>
    public static string Says(Downtime downtime)
    {
        ArgumentNullException.ThrowIfNull(downtime);
        var because = downtime.Reason.Length > 0 ? $": {downtime.Reason}" : "";
        return $"in downtime until {downtime.Until:u} by {downtime.Owner}{because}";
    }

    /// <summary>The downtime while it goes on; null before and after.</summary>
    internal static Downtime? Active(Downtime? downtime, DateTimeOffset now) =>
        downtime?.IsActiveAt(now) == true ? downtime : null;

    private static IEnumerable<string> Of(Member member, DateTimeOffset now)
    {
        if (Active(member.Downtime, now) is { } downtime) yield return $"{member.Key}: {Says(downtime)}";
        if (member.PromotionRule != PromotionRule.Neutral)
            yield return $"{member.Key}: promotion rule {PromotionRules.NameOf(member.PromotionRule)}"
                + (member.PromotionRuleUntil is { } until ? $" until {until:u}" : "");
        if (member.Outcome is ProbeOutcome.Failed { Says.Length: > 0 } failed)
            yield return $"{member.Key}: not seen: {failed.Says}";
        if (PartlySeen.Of(member) is { IsEmpty: false } missing)
            yield return $"{member.Key}: seen in part; it did not answer: {string.Join("; ", missing)}";
    }
}
