using System.Collections.Immutable;
using OrchestratorFunctions.Core.Rehearsing;

namespace OrchestratorFunctions.Core.Tests.Simulation;

/// <summary>Up to three faults drawn from a seed: servers that die at a step, verbs that fail or time out once or always, with effect or without.</summary>
internal static class RandomFaults
{
    private static readonly string[] Verbs = ["StopReceiving", "PointTo", "ForgetSource", "WaitUntilApplied", "SetReadOnly", "SetWritable", "SetSemiSync", "StartReplication", "Fence", "WaitUntilReceiving", "SetEvents"];

    /// <summary>Verbs that only the changes of one server send.</summary>
    public static readonly ImmutableArray<string> OfChanges =
        ["StopReplication", "SetDelay", "Detach", "UseGtid", "UseFilePosition", "SetReplicationAccount", "SkipTransactions", "ResetGtids", "FlushBinaryLogs", "PurgeBinaryLogs", "KillQuery"];

    public static ImmutableArray<Fault> Draw(Random random, int servers, string[]? verbs = null) => [.. Enumerable.Range(0, random.Next(4)).Select(_ => One(random, servers, verbs ?? Verbs))];

    private static Fault One(Random random, int servers, string[] verbs)
    {
        // The primary and its first replicas are where things happen.
        var key = WrittenTopology.Key($"db{Math.Min(random.Next(1, servers + 1), random.Next(1, servers + 1))}");
        var verb = verbs[random.Next(verbs.Length)];
        int? at = random.Next(2) == 0 ? null : random.Next(1, 16);
        return random.Next(5) switch
        {
            0 or 1 => new Fault.ServerDies(key, random.Next(1, 16)),
            2 => new Fault.StepFails(key, verb, at),
            _ => new Fault.StepTimesOut(key, verb, random.Next(2) == 0, at),
        };
    }
}
