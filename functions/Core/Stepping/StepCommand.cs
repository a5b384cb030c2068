using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Stepping;

/// <summary>Something that a step asks for. It asks for one thing at a time.</summary>
public abstract record StepCommand
{
    private StepCommand() { }

    /// <summary>Look at the server.</summary>
    public sealed record Look(TimeSpan Within) : StepCommand;

    /// <summary>Look at the other servers of the terms, side by side.</summary>
    public sealed record LookBeside(ImmutableArray<InstanceKey> Keys, TimeSpan Within) : StepCommand;

    /// <summary>Have a session at hand that is known to work.</summary>
    public sealed record Prepare(TimeSpan Within) : StepCommand;

    /// <summary>
    /// End every statement of ours that waits at the server to close it, and every session on which one may still be on
    /// its way, whichever process it is of.
    /// </summary>
    public sealed record TakeBack(TimeSpan Within) : StepCommand;

    /// <summary>
    /// Send the verb, at once: nothing may be waited for between this command and the sending. The text is the sender's
    /// business; where nothing has to be sent it is answered at once.
    /// </summary>
    /// <param name="Seen">The server as it was looked at; null for what is sent without a look.</param>
    /// <param name="By">
    /// The server must not act on what reaches it after this instant of the sender's monotonic clock, where the verb
    /// can say so.
    /// </param>
    /// <param name="MeantFor">
    /// What tells the server that it is meant for from all others (<see cref="ServerIdentity.LastingOf"/>), where it is
    /// sent without a look: a session that leads to another one must not take it. Empty where that is not known.
    /// </param>
    public sealed record Send(Instance? Seen, TimeSpan Within, TimeSpan By, string MeantFor = "") : StepCommand;

    /// <summary>Wait inside the server, for so long at most.</summary>
    public sealed record Wait(TimeSpan Turn, TimeSpan Within) : StepCommand;

    /// <summary>Let this time pass; that is a turn too, and nothing is reached in it.</summary>
    public sealed record Pause(TimeSpan Time) : StepCommand;

    /// <summary>End the statement that was sent, so that it cannot take effect later.</summary>
    public sealed record Kill(TimeSpan Within) : StepCommand;

    /// <summary>
    /// Leave the statement in its session: it takes effect when the server hears it. The step is over.
    /// </summary>
    public sealed record KeepQueued(StepResult Result) : StepCommand;

    /// <summary>The step is over.</summary>
    public sealed record End(StepResult Result) : StepCommand;

    /// <summary>The step is over because it was asked to stop, and nothing of it is left.</summary>
    public sealed record Stop : StepCommand;
}

/// <summary>What the machine answers an event with.</summary>
public readonly record struct StepTurn(StepRun Run, StepCommand Command);
