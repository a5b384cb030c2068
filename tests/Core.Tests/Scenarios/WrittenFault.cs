using System.Collections.Immutable;
using OrchestratorFunctions.Core.Rehearsing;

namespace OrchestratorFunctions.Core.Tests.Scenarios;

/// <summary>
/// Faults as scenarios write them, after "with" and parted by ";": <c>db2 dies at 3</c>, <c>db2 SetWritable fails [at 4]</c>,
/// <c>db2 SetWritable times out [at 4]</c>, <c>db2 SetWritable times out but happens</c>, <c>db2 turns away</c>. Steps are counted from 1.
/// </summary>
internal static class WrittenFault
{
    public static ImmutableArray<Fault> ReadAll(string line)
    {
        var parts = line.Split(" with ", 2);
        return parts.Length == 1 ? [] : [.. parts[1].Split(';', StringSplitOptions.TrimEntries).Select(Read)];
    }

    private static Fault Read(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var key = WrittenTopology.Key(words[0]);
        int? at = Array.IndexOf(words, "at") is > 0 and var i ? int.Parse(words[i + 1]) : null;
        if (text.EndsWith(" turns away", StringComparison.Ordinal)) return new Fault.TurnsAway(key);
        return words[1] == "dies" ? new Fault.ServerDies(key, at ?? 1)
            : words[2] == "fails" ? new Fault.StepFails(key, words[1], at)
            : words[2] == "times" ? new Fault.StepTimesOut(key, words[1], words.Contains("happens"), at)
            : throw new FormatException($"fault '{text}' is not known");
    }
}
