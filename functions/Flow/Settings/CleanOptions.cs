using System.Collections.Immutable;

namespace OrchestratorFunctions.Flow.Settings;

/// <summary>Section <c>Clean</c>: how long history is kept.</summary>
public sealed class CleanOptions
{
    public const string Section = "Clean";

    public TimeSpan KeepRecoveries { get; set; } = new CleanPolicy().KeepRecoveries;
    public TimeSpan KeepAudit { get; set; } = new CleanPolicy().KeepAudit;

    // The longest Recovery:BlockWindow must find its recoveries.
    public ImmutableArray<string> Problems() =>
    [
        .. Range.Check(
            Section, nameof(KeepRecoveries), KeepRecoveries, TimeSpan.FromDays(31), TimeSpan.FromDays(36_500)),
        .. Range.Check(Section, nameof(KeepAudit), KeepAudit, TimeSpan.FromDays(1), TimeSpan.FromDays(36_500)),
    ];

    public CleanPolicy ToPolicy() => new() { KeepRecoveries = KeepRecoveries, KeepAudit = KeepAudit };
}
