using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Api;

/// <summary>
/// What operators say of clusters and servers. Answers are 200 with <c>{"says": …}</c>, 400 for what names nothing or
/// cannot be read, 409 for what is refused or would change nothing.
/// </summary>
internal static class Operating
{
    public static async Task<IResult> DowntimesAsync(ApiRoom room, CancellationToken cancel) =>
        Reading.Answer(Page.Whole(await room.Verbs.Downtime.ListAsync(cancel)));

    /// <param name="name">A cluster by id or alias, or a server by any of its names.</param>
    /// <param name="length">With its unit, like 90m; zero ends it.</param>
    public static Task<IResult> BeginDowntimeAsync(
        ApiRoom room, HttpContext context, string? name, [FromQuery(Name = "for")] string? length, string? because,
        CancellationToken cancel) => Acting.FromHereAsync(context, async () =>
        Duration.TryParse(length, out var duration, out var problem)
            ? Of(await room.Verbs.Downtime.BeginAsync(name ?? "", duration, Acting.By(context), because ?? "", cancel))
            : Problem.BadInput($"for {problem}"));

    /// <param name="name">A cluster by id or alias, or a server by any of its names.</param>
    public static Task<IResult> EndDowntimeAsync(
        ApiRoom room, HttpContext context, string? name, string? because, CancellationToken cancel) =>
        Acting.FromHereAsync(context, async () =>
            Of(await room.Verbs.Downtime.EndAsync(name ?? "", Acting.By(context), because ?? "", cancel)));

    /// <param name="instance">A server by any of its names.</param>
    /// <param name="rule">prefer, neutral, prefer_not or must_not.</param>
    /// <param name="length">With its unit; without it the rule stays.</param>
    public static Task<IResult> PromotionRuleAsync(
        ApiRoom room, HttpContext context, string? instance, string? rule, [FromQuery(Name = "for")] string? length,
        string? because, CancellationToken cancel) => Acting.FromHereAsync(context, async () =>
    {
        var isRead = Duration.TryParse(length, out var duration, out var problem);
        if (length is not null && !isRead) return Problem.BadInput($"for {problem}");
        return Of(await room.Verbs.PromotionRule.SetAsync(
            instance ?? "", rule ?? "", length is null ? null : duration, Acting.By(context), because ?? "", cancel));
    });

    /// <param name="name">The alias it gets.</param>
    /// <param name="remove">true instead of a name: it has none afterwards.</param>
    public static Task<IResult> AliasAsync(
        ApiRoom room, HttpContext context, string cluster, string? name, string? remove, CancellationToken cancel) =>
        Acting.FromHereAsync(context, async () =>
        {
            if (!TryFlag("remove", remove, out var removes, out var problem)) return Problem.BadInput(problem);
            if (removes == !string.IsNullOrEmpty(name))
                return Problem.BadInput("name: expected an alias, or remove=true instead");
            return Of(await room.Verbs.Alias.SetAsync(cluster, name ?? "", Acting.By(context), cancel));
        });

    /// <param name="instance">A writer that follows nobody, by any of its names.</param>
    /// <param name="alias">A name for its new cluster.</param>
    public static Task<IResult> SplitAsync(
        ApiRoom room, HttpContext context, string? instance, string? alias, CancellationToken cancel) =>
        Acting.FromHereAsync(context, async () =>
            Of(await room.Verbs.Split.RunAsync(instance ?? "", alias ?? "", Acting.By(context), cancel)));

    /// <param name="instance">A server that follows one of the cluster.</param>
    public static Task<IResult> AdoptAsync(
        ApiRoom room, HttpContext context, string cluster, string? instance, CancellationToken cancel) =>
        Acting.FromHereAsync(context, async () =>
            Of(await room.Verbs.Adopt.RunAsync(instance ?? "", cluster, Acting.By(context), cancel)));

    /// <param name="name">A cluster by id or alias, or a server by any of its names.</param>
    /// <param name="force">true: also what is alive.</param>
    public static Task<IResult> ForgetAsync(
        ApiRoom room, HttpContext context, string? name, string? force, CancellationToken cancel) =>
        Acting.FromHereAsync(context, async () => TryFlag("force", force, out var isForced, out var problem)
            ? Of(await room.Verbs.Forget.RunAsync(name ?? "", isForced, Acting.By(context), cancel))
            : Problem.BadInput(problem));

    internal static bool TryFlag(string field, string? text, out bool value, out string problem)
    {
        value = false;
        problem = text is null || bool.TryParse(text, out value) ? "" : $"{field} '{text}': expected true or false";
        return problem.Length == 0;
    }

    private static IResult Of(VerbAnswer answer) => answer.End switch
    {
        VerbEnd.Done => Reading.Answer(new { says = answer.Says }),
        VerbEnd.BadInput => Problem.BadInput(answer.Refusal!.Because, answer.Refusal.Remedy),
        _ => Problem.Refused(answer.Refusal!),
    };
}
