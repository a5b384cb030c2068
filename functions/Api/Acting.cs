using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Api;

/// <summary>
/// The endpoints that change something. Who may is decided at the entrance. They answer 202 when it is under way, 403
/// or 409 with problem details when it is refused.
/// </summary>
internal static class Acting
{
    /// <param name="to">The successor; the best replica when left out.</param>
    public static Task<IResult> TakeoverAsync(
        ApiRoom room, HttpContext context, string cluster, string? to, CancellationToken cancel) =>
        AllowedAsync(context, async driver =>
    {
        var (view, refusal) = await room.Fleet.FindAsync(cluster, cancel);
        if (view is null) return Problem.NotFound(refusal!);
        var (wanted, wrong) = await ServerAsync(room, "to", to, view.Topology.Cluster, cancel);
        if (wrong is not null) return wrong;
        if (view.Topology.Primary is not { } primary)
            return Problem.Refused(new($"cluster {view.Topology.Cluster} has no single primary"));
        return Started(await driver.StartAsync(
            new(view.Topology.Cluster, PlanKinds.Takeover, primary.Key, wanted, By(context)), cancel));
    });

    /// <param name="server">The primary; whichever it is when left out.</param>
    /// <param name="because">Why it is opened, for the record.</param>
    public static Task<IResult> OpenAsync(
        ApiRoom room, HttpContext context, string cluster, string? server, string? because, CancellationToken cancel) =>
        AllowedAsync(context, async driver =>
    {
        var (view, refusal) = await room.Fleet.FindAsync(cluster, cancel);
        if (view is null) return Problem.NotFound(refusal!);
        var id = view.Topology.Cluster;
        var (named, wrong) = await ServerAsync(room, "server", server, id, cancel);
        if (wrong is not null) return wrong;
        if (string.IsNullOrWhiteSpace(because)) return Problem.BadInput(NoReason);
        if ((named ?? view.Topology.Primary?.Key) is not { } subject)
            return Problem.Refused(new($"cluster {id} has no single primary"));
        return Started(await driver.StartAsync(
            new(id, PlanKinds.OpenPrimary, subject, null, By(context)) { Request = new(because) }, cancel));
    });

    /// <param name="to">The successor; the best replica when left out.</param>
    /// <param name="because">Why it is asked for, for the record.</param>
    /// <param name="primaryIsDead">true: the caller vouches that the primary is off.</param>
    /// <param name="acceptLoss">true: acknowledged transactions may be lost.</param>
    public static Task<IResult> FailoverAsync(
        ApiRoom room, HttpContext context, string cluster, string? to, string? because, string? primaryIsDead, string? acceptLoss, CancellationToken cancel) => AllowedAsync(context, async driver =>
    {
        var (view, refusal) = await room.Fleet.FindAsync(cluster, cancel);
        if (view is null) return Problem.NotFound(refusal!);
        var id = view.Topology.Cluster;
        var (wanted, wrong) = await ServerAsync(room, "to", to, id, cancel);
        if (wrong is not null) return wrong;
        if (string.IsNullOrWhiteSpace(because)) return Problem.BadInput(NoReason);
        if (!Operating.TryFlag("primaryIsDead", primaryIsDead, out var isDead, out var problem))
            return Problem.BadInput(problem);
        if (!Operating.TryFlag("acceptLoss", acceptLoss, out var losing, out problem)) return Problem.BadInput(problem);
        if (view.Topology.Primary is not { } primary)
            return Problem.Refused(new($"cluster {id} has no single primary"));
        var request = new OperatorRequest(because) { PrimaryIsDead = isDead, AcceptsLoss = losing };
        return Started(await driver.StartAsync(
            new(id, PlanKinds.DeadPrimary, primary.Key, wanted, By(context)) { Request = request }, cancel));
    });

    private const string NoReason = "because '': expected the reason, for those who read the record";

    /// <param name="instance">The server to move, with what follows it.</param>
    /// <param name="below">Its new source.</param>
    public static Task<IResult> RelocateAsync(
        ApiRoom room, HttpContext context, string cluster, string? instance, string? below, CancellationToken cancel) =>
        AllowedAsync(context, async driver =>
    {
        var (view, refusal) = await room.Fleet.FindAsync(cluster, cancel);
        if (view is null) return Problem.NotFound(refusal!);
        var id = view.Topology.Cluster;
        var (moved, wrong) = await ServerAsync(room, "instance", instance ?? "", id, cancel);
        if (wrong is not null) return wrong;
        (var source, wrong) = await ServerAsync(room, "below", below ?? "", id, cancel);
        if (wrong is not null) return wrong;
        return Started(await driver.StartAsync(new(id, PlanKinds.Relocate, moved, source, By(context)), cancel));
    });

    // A server of the cluster by any of its names, or the answer that says why it is none.
    private static async Task<(InstanceKey? Key, IResult? Wrong)> ServerAsync(
        ApiRoom room, string field, string? name, ClusterId cluster, CancellationToken cancel)
    {
        if (name is null) return (null, null);
        var (server, refusal) = (await room.Verbs.Names.ReadAsync(cancel)).Server(name, cluster);
        return server is null
            ? (null, Problem.BadInput($"{field}: {refusal!.Because}", refusal.Remedy))
            : (server.Server, null);
    }

    private static IResult Started((string Id, Refusal? Refusal) started) => started.Refusal is { } refusal
        ? Problem.Refused(refusal)
        : Reading.Answer(
            new { recovery = started.Id, see = $"/api/v3/recoveries/{started.Id}" }, StatusCodes.Status202Accepted);

    /// <param name="candidate">The successor that is approved; without it the one that is asked about now.</param>
    public static Task<IResult> ApproveAsync(
        ApiRoom room, HttpContext context, string id, string? candidate, string? because, CancellationToken cancel) =>
        TellAsync(room, context, id, OperatorWish.Approve, candidate, because, cancel);

    public static Task<IResult> CancelAsync(
        ApiRoom room, HttpContext context, string id, string? because, CancellationToken cancel) =>
        TellAsync(room, context, id, OperatorWish.Cancel, null, because, cancel);

    private static Task<IResult> TellAsync(
        ApiRoom room, HttpContext context, string id, OperatorWish wish, string? candidate, string? because, CancellationToken cancel) => AllowedAsync(context, async driver =>
    {
        if (await room.Recoveries.ReadAsync(id, cancel) is not { Recovery: var recovery })
            return Problem.NoRecovery(id);
        var (approved, wrong) = await ServerAsync(room, "candidate", candidate, recovery.Cluster, cancel);
        if (wrong is not null) return wrong;
        var word = new OperatorWord(
            wish, By(context), because ?? "", room.Time.GetUtcNow(), approved ?? recovery.Choice?.Candidate);
        return await driver.TellAsync(recovery.Cluster, id, word, cancel) is { } refusal
            ? Problem.Refused(refusal)
            : Reading.Answer(new { recovery = id, see = $"/api/v3/recoveries/{id}" }, StatusCodes.Status202Accepted);
    });

    private static Task<IResult> AllowedAsync(HttpContext context, Func<IRecoveryDriver, Task<IResult>> act) =>
        FromHereAsync(context, async () => context.Features.Get<IRecoveryDriver>() is { } driver
            ? await act(driver)
            : Problem.Answer(501, "nothing here runs recoveries"));

    /// <summary>Acts, unless a page of another site asks for it.</summary>
    internal static async Task<IResult> FromHereAsync(HttpContext context, Func<Task<IResult>> act)
    {
        // A page of another site can make a browser that reaches us send a request; browsers then name that site.
        if (context.Request.Headers.Origin is [{ Length: > 0 } origin] && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == context.Request.Host.Value))
            return Problem.Answer(StatusCodes.Status403Forbidden, $"requests from pages of {origin} are not taken");
        return await act();
    }

    /// <summary>Who stands in the record.</summary>
    internal static string By(HttpContext context) =>
        context.Features.GetRequiredFeature<Caller>().Name is { Length: > 0 } name ? name : "http";
}
