using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Api.V3;

/// <summary>
/// The operations of the catalogue by HTTP: a POST each, a GET where it only asks, with its arguments in the path and
/// the query. Who may is decided before (<see cref="AccessCheck"/>). A refusal is one by the time of the answer: 409
/// with the reason.
/// </summary>
internal static class OperationEndpoints
{
    /// <summary>What is done by the time of its answer is stopped after this time.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>Every operation of the catalogue, and of every plan its rehearsal, which is a GET.</summary>
    public static void MapOperations(this IEndpointRouteBuilder api)
    {
        foreach (var operation in Operations.All)
        {
            api.MapMethods(
                operation.Path, [MethodOf(operation)],
                (ApiContext context, HttpContext http, CancellationToken cancel) =>
                    AnswerAsync(operation, context, http, RunAsync, cancel)).Describe(operation, operation.Name);
            if (operation is not PlanOperation plan) continue;
            var rehearsed = plan.Rehearsed;
            api.MapGet(rehearsed.Path, (ApiContext context, HttpContext http, CancellationToken cancel) =>
                AnswerAsync(rehearsed, context, http, RehearseAsync, cancel)).Describe(rehearsed, $"plan-{plan.Name}");
        }
    }

    /// <summary>The catalogue itself.</summary>
    public static IResult Tell() =>
        ReadEndpoints.Answer(Page.Whole(Operations.All.Select(o => CatalogueEntry.Of(o, MethodOf(o)))));

    private static string MethodOf(Operation operation) =>
        operation.Needs == Role.Read ? HttpMethods.Get : HttpMethods.Post;

    private static async Task<IResult> AnswerAsync(
        Operation operation, ApiContext api, HttpContext http,
        Func<Operation, Given, ApiContext, HttpContext, CancellationToken, Task<IResult>> act, CancellationToken cancel)
    {
        var keys = operation.Arguments.Select(a => a.Key).Where(key => !http.Request.RouteValues.ContainsKey(key));
        if (QueryArguments.WhyNot(http, [.. keys]) is { } unknown) return Problem.BadInput(unknown);
        var (given, wrong) = await Given.ReadAsync(
            operation, Texts(operation, http), Caller.NameOf(http), api.Verbs.Names.ReadAsync, cancel);
        if (given is null) return Refused(wrong!);
        return Caller.Of(http).WhyNot(operation.NeedsFor(given)) is { } powerless
            ? Problem.Answer(StatusCodes.Status403Forbidden, powerless, "the role, or the same without force")
            : await act(operation, given, api, http, cancel);
    }

    private static Task<IResult> RunAsync(
        Operation operation, Given given, ApiContext api, HttpContext http, CancellationToken cancel) =>
        operation switch
        {
            ActOperation act => ActAsync(act, given, api, cancel),
            PlanOperation plan => DrivenAsync(http, driver => StartAsync(plan, given, driver, cancel)),
            SignalOperation signal => SignalAsync(signal, given, api, http, cancel),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "no such kind of operation"),
        };

    private static async Task<IResult> ActAsync(
        ActOperation operation, Given given, ApiContext api, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(Longest, api.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            var answer = await operation.Run(api.Verbs, given, both.Token);
            return answer.Refusal is not null
                ? Refused(answer)
                : ReadEndpoints.Answer(answer.Value ?? new SaysAnswer(answer.Says));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return Problem.Answer(
                StatusCodes.Status503ServiceUnavailable,
                $"{operation.Name} was stopped after {Longest.TotalSeconds:0} s",
                $"a command line: orchestrator {operation.Name}");
        }
    }

    private static async Task<IResult> StartAsync(
        PlanOperation operation, Given given, IRecoveryDriver driver, CancellationToken cancel)
    {
        var (id, refusal) = await driver.StartAsync(operation.Ask(given), cancel);
        return refusal is null ? Started(id) : Problem.Refused(refusal);
    }

    private static async Task<IResult> SignalAsync(
        SignalOperation operation, Given given, ApiContext api, HttpContext http, CancellationToken cancel)
    {
        if (await WhyNotOthersAsync(given, api, http, cancel) is { } notTheirs) return notTheirs;
        if (http.Features.Get<IRecoveryDriver>() is not { } driver) return NoDriver();
        var (signal, wrong) = await api.Verbs.Recoveries.SignalAsync(operation, given, cancel);
        if (signal is null) return Refused(wrong!);
        var refusal = await driver.SignalAsync(signal.Cluster, signal.Id, signal.Signal, cancel);
        return refusal is null ? Started(signal.Id) : Problem.Refused(refusal);
    }

    // Who has a smaller role gives up what they asked for themselves, by its id: another one may be the last by now.
    private static async Task<IResult?> WhyNotOthersAsync(
        Given given, ApiContext api, HttpContext http, CancellationToken cancel)
    {
        if (Caller.Of(http).WhyNot(Role.Power) is not { } powerless) return null;
        var id = given.Text("recovery");
        var isOwn = id != OperatorRecoveries.Last
            && await api.Verbs.Recoveries.FindAsync(id, cancel) is var found
            && (found is null || (found.Recovery.Actor == given.Actor && given.Actor != DetectFailures.Actor));
        return isOwn
            ? null
            : Problem.Answer(
                StatusCodes.Status403Forbidden, $"recovery {id} is not one you asked for: {powerless}",
                "the id of one you asked for yourself");
    }

    private static async Task<IResult> RehearseAsync(
        Operation operation, Given given, ApiContext api, HttpContext http, CancellationToken cancel)
    {
        var request = ((PlanOperation)operation).Ask(given);
        var (plan, topology) = await api.Plans.PlanAsync(request, cancel);
        return plan is null || topology is null
            ? Problem.Refused(PlanDrafts.NoPrimary(request.Cluster))
            : ReadEndpoints.Answer(RehearsedPlan.Of(plan, topology, api.Steps));
    }

    private static Task<IResult> DrivenAsync(HttpContext http, Func<IRecoveryDriver, Task<IResult>> act) =>
        http.Features.Get<IRecoveryDriver>() is { } driver
            ? act(driver)
            : Task.FromResult(NoDriver());

    private static IResult NoDriver() =>
        Problem.Answer(StatusCodes.Status501NotImplemented, "nothing here runs recoveries");

    private static IResult Started(string id) => ReadEndpoints.Answer(
        new StartedAnswer(id, $"{V3Routes.Root}/recoveries/{id}"), StatusCodes.Status202Accepted);

    private static IResult Refused(OperationAnswer answer)
    {
        var (refusal, argument) = (answer.Refusal!, answer.Argument);
        var status = answer.End switch
        {
            OperationEnd.NotFound => StatusCodes.Status404NotFound,
            OperationEnd.BadInput => StatusCodes.Status400BadRequest,
            _ => StatusCodes.Status409Conflict,
        };
        var says = argument?.Told(argument.Key, refusal.Because) ?? refusal.Because;
        return Problem.Answer(Problem.Of(status, says, refusal.Remedy).With(answer.Value));
    }

    // An empty text counts as given: it may be meant.
    private static Dictionary<string, ImmutableArray<string>> Texts(Operation operation, HttpContext http)
    {
        var texts = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var argument in operation.Arguments)
        {
            if (http.Request.RouteValues[argument.Key] is string inPath) texts[argument.Name] = [inPath];
            else if (http.Request.Query[argument.Key] is { Count: > 0 } inQuery)
                texts[argument.Name] = [.. inQuery.Select(t => t ?? "")];
        }
        return texts;
    }
}
