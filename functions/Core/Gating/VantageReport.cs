using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Gating;

/// <summary>What another vantage point of the fleet's servers finds.</summary>
/// <param name="Vantage">Its name (Watch:Vantage).</param>
/// <param name="At">When it was so, by that vantage point's clock.</param>
/// <param name="Dead">Primaries which it would replace by its own evidence: it does not reach them, and replicas it
/// reaches agree.</param>
public sealed record VantageReport(string Vantage, DateTimeOffset At, ImmutableArray<InstanceKey> Dead);
