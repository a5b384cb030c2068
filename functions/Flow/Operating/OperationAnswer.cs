using System.Collections.Immutable;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>How an operation that an operator asked for ended.</summary>
public enum OperationEnd
{
    Done,
    /// <summary>A part was done; the remarks say what was not.</summary>
    PartlyDone,
    /// <summary>What it is about is not known: a cluster, a recovery. Nothing was changed.</summary>
    NotFound,
    /// <summary>An argument names nothing or cannot be read; nothing was changed.</summary>
    BadInput,
    /// <summary>It cannot be now, or it would change nothing; nothing was changed.</summary>
    Refused,
}

/// <summary>What an operation answers, the same by every door.</summary>
/// <param name="Says">What was done, for people; empty when nothing was.</param>
/// <param name="Refusal">Why nothing was done; null when something was.</param>
public sealed record OperationAnswer(OperationEnd End, string Says, Refusal? Refusal = null)
{
    /// <summary>What was done, for programs; null where <see cref="Says"/> is all there is to say.</summary>
    public object? Value { get; init; }

    /// <summary>What is to be known besides, a sentence each.</summary>
    public ImmutableArray<string> Remarks { get; init; } = [];

    /// <summary>The argument that is wrong; null where that is not known, or none is.</summary>
    public Argument? Argument { get; init; }

    internal static OperationAnswer Done(string says) => new(OperationEnd.Done, says);

    internal static OperationAnswer Refused(Refusal refusal) => new(OperationEnd.Refused, "", refusal);

    internal static OperationAnswer Refused(string because, string remedy = "") =>
        Refused(new Refusal(because, remedy));

    internal static OperationAnswer BadInput(Refusal refusal) => new(OperationEnd.BadInput, "", refusal);

    internal static OperationAnswer BadInput(string because, string remedy = "") =>
        BadInput(new Refusal(because, remedy));

    internal static OperationAnswer NotFound(Refusal refusal) => new(OperationEnd.NotFound, "", refusal);
}
