using System.Collections.Immutable;

namespace OrchestratorFunctions.Flow.Settings;

/// <summary>Section <c>Retention</c>: how long history is kept.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>What the section was called; it is read too.</summary>
    public const string FormerSection = "Clean";

    public TimeSpan KeepRecoveries { get; set; } = new RetentionPolicy().KeepRecoveries;
    public TimeSpan KeepAudit { get; set; } = new RetentionPolicy().KeepAudit;

    // The longest Recovery:BlockWindow must find its recoveries.
    public ImmutableArray<string> Problems() =>
    [
        .. Range.Check(
            Section, nameof(KeepRecoveries), KeepRecoveries, TimeSpan.FromDays(31), TimeSpan.FromDays(36_500)),
        .. Range.Check(Section, nameof(KeepAudit), KeepAudit, TimeSpan.FromDays(1), TimeSpan.FromDays(36_500)),
    ];

    public RetentionPolicy ToPolicy() => new() { KeepRecoveries = KeepRecoveries, KeepAudit = KeepAudit };
}
