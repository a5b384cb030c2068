using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// One verb on one target: whatever a plan changes, on servers and about them, is a step. A verb must be able to say
/// what it does, to tell whether it is already true, and to foretell its effect, so that every plan can be read,
/// resumed and rehearsed.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "verb")]
[JsonDerivedType(typeof(StopReceiving), "stop-receiving")]
[JsonDerivedType(typeof(StartReplication), "start-replication")]
[JsonDerivedType(typeof(PointTo), "point-to")]
[JsonDerivedType(typeof(ForgetSource), "forget-source")]
[JsonDerivedType(typeof(WaitUntilReceiving), "wait-until-receiving")]
[JsonDerivedType(typeof(WaitUntilApplied), "wait-until-applied")]
[JsonDerivedType(typeof(SetReadOnly), "set-read-only")]
[JsonDerivedType(typeof(Fence), "fence")]
[JsonDerivedType(typeof(SetWritable), "set-writable")]
[JsonDerivedType(typeof(SetSemiSync), "set-semi-sync")]
[JsonDerivedType(typeof(SetEvents), "set-events")]
[JsonDerivedType(typeof(StopReplication), "stop-replication")]
[JsonDerivedType(typeof(SetDelay), "set-delay")]
[JsonDerivedType(typeof(Detach), "detach")]
[JsonDerivedType(typeof(UseGtid), "use-gtid")]
[JsonDerivedType(typeof(UseFilePosition), "use-file-position")]
[JsonDerivedType(typeof(SetReplicationAccount), "set-replication-account")]
[JsonDerivedType(typeof(SkipTransactions), "skip-transactions")]
[JsonDerivedType(typeof(ResetGtids), "reset-gtids")]
[JsonDerivedType(typeof(FlushBinaryLogs), "flush-binary-logs")]
[JsonDerivedType(typeof(PurgeBinaryLogs), "purge-binary-logs")]
[JsonDerivedType(typeof(KillQuery), "kill-query")]
[JsonDerivedType(typeof(MarkFormerPrimary), "mark-former-primary")]
[JsonDerivedType(typeof(ClearFormerPrimary), "clear-former-primary")]
[JsonDerivedType(typeof(RunHook), "run-hook")]
public abstract record PlanStep(StepTarget Target)
{
    /// <summary>What it changes. A stored step that names none is not readable.</summary>
    public StepTarget Target { get; init; } = Target ?? throw new ArgumentNullException(nameof(Target));

    /// <summary>One sentence in the imperative, naming the server.</summary>
    [JsonIgnore]
    public abstract string Says { get; }

    /// <summary>It changes nothing and only takes time: whoever gives the plan up need not wait for its end.</summary>
    [JsonIgnore]
    public virtual bool OnlyWaits => false;

    /// <summary>Nothing that is seen of a server tells whether it was done: asked for again it is done again.</summary>
    [JsonIgnore]
    public virtual bool LeavesNoTrace => false;

    /// <summary>
    /// Whether all is already as this step would make it; a step already true is a success. False of what was not seen.
    /// </summary>
    public abstract bool IsSatisfiedBy(Topology topology);

    /// <summary>The topology as it will look when the step has succeeded.</summary>
    public abstract Topology Effect(Topology topology);
}
