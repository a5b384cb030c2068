using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Records;

/// <summary>A replica a recovery leaves behind, and why.</summary>
public sealed record Lost(InstanceKey Key, string Because);

/// <summary>How a recovery ended.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "result")]
[JsonDerivedType(typeof(Promoted), "promoted")]
[JsonDerivedType(typeof(LostAgain), "lost-again")]
[JsonDerivedType(typeof(Fenced), "fenced")]
[JsonDerivedType(typeof(Relocated), "relocated")]
[JsonDerivedType(typeof(Finished), "finished")]
[JsonDerivedType(typeof(Changed), "changed")]
[JsonDerivedType(typeof(Moved), "moved")]
[JsonDerivedType(typeof(Abandoned), "abandoned")]
[JsonDerivedType(typeof(RolledBack), "rolled-back")]
[JsonDerivedType(typeof(Held), "held")]
public abstract record RecoveryOutcome
{
    private RecoveryOutcome() { }

    [JsonIgnore]
    public abstract string Says { get; }

    /// <summary>Its kind as JSON and counters name it.</summary>
    [JsonIgnore]
    public abstract string Name { get; }

    /// <summary>The wanted end was reached.</summary>
    [JsonIgnore]
    public virtual bool IsSuccess => false;

    /// <summary>Why the wanted end was not reached; null when it was.</summary>
    [JsonIgnore]
    public virtual Refusal? WhyNot => null;

    /// <summary>Several remarks as one.</summary>
    internal static string Remarks(params string[] remarks) => string.Join("; ", remarks.Where(r => r.Length > 0));

    /// <summary>A server became the new primary; the lost replicas do not follow it.</summary>
    public sealed record Promoted(InstanceKey Key, ImmutableArray<Lost> Lost) : RecoveryOutcome
    {
        /// <summary>What the new primary promises or does less than the old one did; empty when nothing.</summary>
        public string Remark { get; init; } = "";

        public override bool IsSuccess => true;
        public override string Name => "promoted";
        public override string Says => (Lost.Length == 0
            ? $"{Key} is the primary and every replica seen follows it"
            : $"{Key} is the primary; left behind: {string.Join("; ", Lost.Select(l => $"{l.Key} ({l.Because})"))}")
            + (Remark.Length > 0 ? $"; {Remark}" : "");
    }

    /// <summary>A server was opened in the primary's place and is not seen to accept writes at the end.</summary>
    /// <param name="Because">What is seen of it, as the rest of a sentence about it.</param>
    public sealed record LostAgain(InstanceKey Key, string Because) : RecoveryOutcome
    {
        public override string Name => "lost-again";
        public override Refusal? WhyNot => new(Says);
        public override string Says => $"{Key} was promoted and is lost again: it {Because}";
    }

    /// <summary>A returned former primary refuses writes.</summary>
    public sealed record Fenced(InstanceKey Key) : RecoveryOutcome
    {
        public override bool IsSuccess => true;
        public override string Name => "fenced";
        public override string Says =>
            $"{Key} is read-only; a move below the primary (relocate) makes it a replica, "
            + "if it has no transactions of its own";
    }

    /// <summary>A server follows another one than before.</summary>
    /// <param name="Remark">What is still missing; empty when nothing is.</param>
    public sealed record Relocated(InstanceKey Key, InstanceKey Source, string Remark) : RecoveryOutcome
    {
        public override bool IsSuccess => true;
        public override string Name => "relocated";
        public override string Says => $"{Key} follows {Source}{(Remark.Length > 0 ? $"; {Remark}" : "")}";
    }

    /// <summary>What an earlier recovery had left open is done.</summary>
    /// <param name="IsWriter">The server accepts writes; else it replicates.</param>
    public sealed record Finished(InstanceKey Key, bool IsWriter) : RecoveryOutcome
    {
        public override bool IsSuccess => true;
        public override string Name => "finished";

        /// <summary>It was told to replicate, and had not reached its source when it was seen last.</summary>
        public bool IsConnecting { get; init; }

        /// <summary>Its scheduled events were enabled again.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool RunsEvents { get; init; }

        /// <summary>Its applier was started; its receiver had been stopped by somebody else and stays so.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool AppliesOnly { get; init; }

        public override string Says => (IsWriter, IsConnecting) switch
        {
            _ when RunsEvents => $"{Key} runs its scheduled events again",
            _ when AppliesOnly => $"{Key} applies again; somebody else had stopped its receiver, and it stays so",
            (true, _) => $"{Key} accepts writes again",
            (_, true) => $"{Key} is to replicate again, and has not reached its source yet",
            _ => $"{Key} replicates again",
        };
    }

    /// <summary>A server is as a person wanted it.</summary>
    /// <param name="Told">How it is, with its name.</param>
    public sealed record Changed(InstanceKey Key, string Told) : RecoveryOutcome
    {
        public override bool IsSuccess => true;
        public override string Name => "changed";
        public override string Says => Told;
    }

    /// <summary>Several servers were to be moved.</summary>
    /// <param name="Count">So many follow their new source.</param>
    /// <param name="Left">Those that do not, each with its reason.</param>
    public sealed record Moved(int Count, ImmutableArray<Lost> Left) : RecoveryOutcome
    {
        public override bool IsSuccess => Left.IsEmpty;
        public override string Name => "moved";
        public override Refusal? WhyNot => IsSuccess ? null : new(Says);
        public override string Says => Count + Left.Length == 0
            ? "there was no server to move"
            : $"{Count} of {Count + Left.Length} servers follow their new source"
            + (IsSuccess ? "" : $"; not moved: {string.Join("; ", Left.Select(l => $"{l.Key} ({l.Because})"))}");
    }

    /// <summary>Given up, with nothing promoted.</summary>
    public sealed record Abandoned(Refusal Refusal) : RecoveryOutcome
    {
        public Refusal Refusal { get; init; } = Refusal ?? throw new ArgumentNullException(nameof(Refusal));

        /// <summary>
        /// Its server did not answer: that says nothing about a try when it is seen again, and holds none back.
        /// </summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool IsAway { get; init; }

        public override string Name => "abandoned";
        public override Refusal? WhyNot => Refusal;
        public override string Says => $"Given up: {Refusal.Says}";
    }

    /// <summary>A planned switch or move was undone: everything is as it was before.</summary>
    public sealed record RolledBack(string Because) : RecoveryOutcome
    {
        public override string Name => "rolled-back";
        public override Refusal? WhyNot => new(Because);
        public override string Says => $"Rolled back: {Because}";
    }

    /// <summary>Not started.</summary>
    public sealed record Held(Refusal Refusal) : RecoveryOutcome
    {
        public Refusal Refusal { get; init; } = Refusal ?? throw new ArgumentNullException(nameof(Refusal));

        public override string Name => "held";
        public override Refusal? WhyNot => Refusal;
        public override string Says => $"Not started: {Refusal.Says}";
    }
}
