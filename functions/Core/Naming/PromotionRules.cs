using System.Diagnostics.CodeAnalysis;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Naming;

/// <summary>Promotion rules as people write them: prefer, neutral, prefer_not, must_not.</summary>
public static class PromotionRules
{
    private static readonly PromotionRule[] All = Enum.GetValues<PromotionRule>();

    /// <summary>All of them, the most wanted first.</summary>
    public static IEnumerable<string> Names => All.Select(NameOf);

    public static string NameOf(PromotionRule rule) => rule switch
    {
        PromotionRule.Prefer => "prefer",
        PromotionRule.Neutral => "neutral",
        PromotionRule.PreferNot => "prefer_not",
        _ => "must_not",
    };

    /// <summary>
    /// In any case, with <c>_</c> or <c>-</c>; on refusal <paramref name="problem"/> says what would be right.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PromotionRule? rule, out string problem)
    {
        var name = (text ?? "").Trim().Replace('-', '_');
        var fits = All.Where(r => NameOf(r).Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray();
        rule = fits.Length > 0 ? fits[0] : null;
        var known = string.Join(", ", All.Select(NameOf));
        problem = rule is null ? $"promotion rule '{text}': expected one of {known}" : "";
        return rule is not null;
    }
}
