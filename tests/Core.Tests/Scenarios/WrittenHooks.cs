using System.Collections.Immutable;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Tests.Scenarios;

/// <summary>Hooks of a policy as scenarios write them: <c>hooks=pre-failover:page,post-failover:dns&amp;</c>, in which <c>&amp;</c> is not waited for.</summary>
internal static class WrittenHooks
{
    private const string Word = "hooks=";

    public static ImmutableArray<PlannedHook> Of(string line) =>
        line.Split(' ').FirstOrDefault(w => w.StartsWith(Word, StringComparison.Ordinal)) is { } word ? [.. word[Word.Length..].Split(',').Select(Read)] : default;

    private static PlannedHook Read(string text)
    {
        var (point, name) = (text.Split(':')[0], text.Split(':')[1]);
        return new(Enum.GetValues<HookPoint>().Single(p => HookPoints.NameOf(p) == point), name.TrimEnd('&'), TimeSpan.FromSeconds(10), !name.EndsWith('&'));
    }
}
