using System.Collections.Immutable;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>
/// Something an operator can ask for by any door: a row of <see cref="Operations"/>. Command lines, HTTP routes and
/// their descriptions follow from it.
/// </summary>
/// <param name="Name">Lower-case words with hyphens between; the command.</param>
/// <param name="Does">One sentence without a full stop.</param>
/// <param name="Arguments">What it is told, in the order of a command line.</param>
public abstract record Operation(string Name, string Does, ImmutableArray<Argument> Arguments)
{
    /// <summary>
    /// An argument of this name passes over a refusal that protects writes or data: it needs <see cref="Role.Power"/>.
    /// </summary>
    public const string Force = "force";

    /// <summary>What a caller has to be allowed to. A row that does not say asks for most.</summary>
    public Role Needs { get; init; } = Role.Power;

    /// <summary>The same, with what was given: who forces needs <see cref="Role.Power"/>.</summary>
    public Role NeedsFor(Given given)
    {
        ArgumentNullException.ThrowIfNull(given);
        return Needs.Acts() && given.Flag(Force) ? Role.Power : Needs;
    }

    /// <summary>The argument that names what it is about, among what is known here; null for none.</summary>
    public Argument? About => Arguments.FirstOrDefault(a => a.IsSubject);

    /// <summary>
    /// Below the API's root; an argument may stand in it in braces, by its <see cref="Argument.Key"/>.
    /// </summary>
    public required string Path { get; init; }
}

/// <summary>One that is done by the time of its answer.</summary>
public sealed record ActOperation(string Name, string Does, ImmutableArray<Argument> Arguments)
    : Operation(Name, Does, Arguments)
{
    public required Func<OperatorVerbs, Given, CancellationToken, Task<OperationAnswer>> Run { get; init; }

    /// <summary>What <see cref="OperationAnswer.Value"/> is; null where it answers in words alone.</summary>
    public Type? Answers { get; init; }
}

/// <summary>
/// One that asks for a plan: it is planned and stored by the time of an answer by HTTP, and run after it; a command
/// line waits for its end. It can be rehearsed, which changes nothing.
/// </summary>
public sealed record PlanOperation(string Name, string Does, ImmutableArray<Argument> Arguments, PlanKind Kind)
    : Operation(Name, Does, Arguments)
{
    /// <summary>Arguments that every plan takes in the same sense, where it takes them.</summary>
    public const string Cluster = "cluster", Because = "because", PrimaryIsDead = "primary-is-dead",
        AcceptsLoss = "accept-loss", SkipsHooks = "skip-hooks";

    /// <summary>The argument that names the server the plan is about; empty where it is the primary.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The argument that names the successor or the new source; empty where there is none.</summary>
    public string Target { get; init; } = "";

    /// <summary>How the change is meant, from what was given; null where there is nothing to say of it.</summary>
    public Func<Given, ChangeDetails>? Details { get; init; }

    /// <summary>What a rehearsal of it is called besides <see cref="Operation.Name"/>; empty for nothing.</summary>
    public string RehearsedAs { get; init; } = "";

    /// <summary>What is asked for, from what was given.</summary>
    public OperationRequest Ask(Given given)
    {
        ArgumentNullException.ThrowIfNull(given);
        var cluster = given.ClusterOf(Arguments.Any(a => a.Name == Cluster) ? Cluster : Subject);
        return new(cluster, Kind, given.Server(Subject), given.Server(Target), given.Actor)
        {
            Request = new(given.Text(Because))
            {
                PrimaryIsDead = given.Flag(PrimaryIsDead), AcceptsLoss = given.Flag(AcceptsLoss),
                SkipsHooks = given.Flag(SkipsHooks),
                Details = Details?.Invoke(given),
            },
        };
    }

    /// <summary>
    /// What has to be said besides the server or the cluster, and the target; of several that nobody has to give one.
    /// Reasons are none of them: a rehearsal asks for none.
    /// </summary>
    public IEnumerable<Argument> Asks => Arguments.Where(a => a.Kind == ArgumentKind.Choice
        || (a is { IsRequired: true, IsSubject: false, Kind: not ArgumentKind.Reason } && a.Name != Target));

    /// <summary>It takes what the plan takes. It is recorded nowhere, so it asks for no reason.</summary>
    public PlanOperation Rehearsed => this with
    {
        Arguments = [.. Arguments.Select(a => a with { IsRequired = a.IsRequired && a.Kind != ArgumentKind.Reason })],
        Needs = Role.Read, Path = Path + "/plan",
    };
}

/// <summary>One that tells a running recovery something.</summary>
public sealed record SignalOperation(string Name, string Does, ImmutableArray<Argument> Arguments, SignalKind Signal)
    : Operation(Name, Does, Arguments);
