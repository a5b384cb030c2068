using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>What forgetting has to know of this process.</summary>
/// <param name="Seeds">Servers of Discovery:Seeds, which are looked for again at the next start.</param>
/// <param name="ProbeTimeout">For how long a server is waited for.</param>
/// <param name="Holder">Names this process in leases.</param>
public sealed record ForgetLimits(
    ImmutableArray<InstanceKey> Seeds, TimeSpan ProbeTimeout, string Holder, TimeSpan LeaseLength);
