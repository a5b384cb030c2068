using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Naming;

/// <summary>A known server with every name people may call it by.</summary>
/// <param name="OtherNames">What it calls itself, and what people asked for it by.</param>
public sealed record NamedServer(InstanceKey Key, ImmutableArray<InstanceKey> OtherNames);
