using System.Collections.Immutable;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Flow.Settings;

/// <summary>Section <c>Takeover</c>: limits of a planned switch.</summary>
public sealed class TakeoverOptions
{
    public const string Section = "Takeover";

    public TimeSpan WriteBlockLimit { get; set; } = RecoveryPolicy.Default.WriteBlockLimit;
    public long LagLimitSeconds { get; set; } = RecoveryPolicy.Default.TakeoverLagLimitSeconds;

    public ImmutableArray<string> Problems() =>
    [
        .. Range.Check(
            Section, nameof(WriteBlockLimit), WriteBlockLimit, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)),
        .. Range.Check(Section, nameof(LagLimitSeconds), LagLimitSeconds, 0, 3600),
    ];
}
