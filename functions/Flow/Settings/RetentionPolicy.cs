namespace OrchestratorFunctions.Flow.Settings;

/// <summary>How long is kept what nobody needs any more.</summary>
public sealed record RetentionPolicy
{
    public TimeSpan KeepRecoveries { get; init; } = TimeSpan.FromDays(365);
    public TimeSpan KeepAudit { get; init; } = TimeSpan.FromDays(365);
}
