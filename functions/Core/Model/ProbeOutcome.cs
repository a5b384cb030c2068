using System.Collections.Immutable;

namespace OrchestratorFunctions.Core.Model;

/// <summary>Why a probe failed; different kinds are different evidence.</summary>
public enum ProbeFailureKind
{
    /// <summary>Nothing listens at the address (TCP reset on connect).</summary>
    Refused,
    /// <summary>No route to the host or network.</summary>
    Unreachable,
    /// <summary>No answer within the timeout.</summary>
    TimedOut,
    /// <summary>An open connection broke.</summary>
    Reset,
    /// <summary>The server is on its way down or up (errors 1053, 1077 to 1079, 3032).</summary>
    ShuttingDown,
    /// <summary>The name does not resolve: our resolver, not the server, is in question.</summary>
    NameNotFound,
    /// <summary>The server answers and refuses the account (1044, 1045, 1130, 1227, 1698, 3118 …).</summary>
    AuthenticationDenied,
    /// <summary>The server answers that it is full (1040, 1203, 1226).</summary>
    TooManyConnections,
    /// <summary>TLS could not be agreed on.</summary>
    Tls,
    /// <summary>Something answers that is no usable server.</summary>
    NotAServer,
    /// <summary>It answers, and is no server of a version that is supported.</summary>
    Unsupported,
    /// <summary>
    /// Another server answers at its address: nothing is known of it, and nothing of it is evidence about the one that
    /// is known there.
    /// </summary>
    AnotherServer,
    /// <summary>Anything else; never evidence.</summary>
    Other,
    /// <summary>A mistake in our own code, or an answer it could not make sense of; never evidence.</summary>
    OwnError,
}

/// <summary>What one probe of one server found: seen whole, seen in part, or not seen and why.</summary>
public abstract record ProbeOutcome
{
    private ProbeOutcome() { }

    /// <summary>Every question was answered.</summary>
    public sealed record Seen(Instance Instance) : ProbeOutcome;

    /// <summary>The server answered, but not everything; what is missing is unknown, never false.</summary>
    public sealed record Partly(Instance Instance, ImmutableArray<string> Missing) : ProbeOutcome;

    /// <summary>The server was not seen.</summary>
    /// <param name="ErrorCode">Server or client error number, 0 when there is none.</param>
    public sealed record Failed(ProbeFailureKind Kind, string Says, int ErrorCode = 0) : ProbeOutcome;

    /// <summary>The instance, when the server answered.</summary>
    public Instance? Sighted => this switch { Seen s => s.Instance, Partly p => p.Instance, _ => null };

    /// <summary>The same outcome with another instance, where one was seen.</summary>
    public ProbeOutcome With(Func<Instance, Instance> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return this switch
        {
            Seen seen => new Seen(change(seen.Instance)),
            Partly partly => new Partly(change(partly.Instance), partly.Missing),
            _ => this,
        };
    }

    /// <summary>The server gave a sign of life, be it a refusal.</summary>
    public bool ShowsLife => this switch
    {
        Failed f => f.Kind is ProbeFailureKind.AuthenticationDenied or ProbeFailureKind.TooManyConnections
            or ProbeFailureKind.Tls or ProbeFailureKind.Unsupported,
        _ => true,
    };

    /// <summary>
    /// The failure may count towards the server being down. Names, refusals of an account and the unknown never do
    /// (S16).
    /// </summary>
    public bool IsEvidenceOfDeath => this is Failed
    {
        Kind: ProbeFailureKind.Refused or ProbeFailureKind.Unreachable or ProbeFailureKind.TimedOut
            or ProbeFailureKind.Reset or ProbeFailureKind.ShuttingDown,
    };

    /// <summary>
    /// The operating system itself said that nothing listens there; no waiting is needed to believe it.
    /// </summary>
    public bool IsDefinite => this is Failed { Kind: ProbeFailureKind.Refused };
}
