using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Gating;

/// <summary>
/// How many vantage points must find a primary dead before it is replaced (S8), the one that asks included. Only a
/// fresh report that names the primary agrees: one that is silent, late or does not know the server does not, because
/// unknown is never evidence of failure (S16).
/// </summary>
/// <param name="Own">Name of the vantage point that asks; its own reports do not count a second time.</param>
public sealed record VantageQuorum(string Own, int Needed)
{
    /// <summary>One vantage point decides alone.</summary>
    public static VantageQuorum Alone { get; } = new("", 1);

    /// <summary>An older report agrees no longer. Clocks may differ by less than this.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A vantage point that finds nothing says so every 30 s; one that was not heard for this long is away.
    /// </summary>
    public static readonly TimeSpan HeardWithin = TimeSpan.FromSeconds(90);

    /// <summary>Whether others have to be asked at all.</summary>
    public bool AsksOthers => Needed > 1;

    /// <summary>
    /// Why no primary can be replaced now however dead it is: too few vantage points are heard. Null when there are
    /// enough.
    /// </summary>
    /// <param name="watchesHere">This process watches, so its own place is heard.</param>
    public Refusal? WhyNone(ImmutableArray<VantageReport> reports, DateTimeOffset now, bool watchesHere)
    {
        if (!AsksOthers) return null;
        var heard = reports.Where(r => IsHeard(r, now)).Select(r => r.Vantage).ToHashSet();
        if (watchesHere) heard.Add(Own);
        return heard.Count < Needed
            ? new($"{heard.Count} of the {Needed} vantage points needed are heard, so no primary is replaced",
                "Detection:Vantages")
            : null;
    }

    /// <summary>A sentence for every other vantage point that agrees, for the record.</summary>
    public IEnumerable<string> Agreeing(ImmutableArray<VantageReport>? reports,
        InstanceKey subject, DateTimeOffset now) =>
        AsksOthers && reports is { } given
            ? Others(given).Where(r => Agrees(r, subject, now))
                .Select(r => $"vantage point {r.Vantage} finds it dead too")
            : [];

    internal GateVerdict.Hold? Decide(ImmutableArray<VantageReport>? reports, InstanceKey subject, DateTimeOffset now)
    {
        if (!AsksOthers) return null;
        if (reports is null)
            return new("it could not be read what other vantage points find", "access to the storage account");
        var others = Others(reports.Value);
        var agreeing = 1 + others.Count(r => Agrees(r, subject, now));
        if (agreeing >= Needed) return null;
        var silent = others.Where(r => !Agrees(r, subject, now))
            .Select(r => Silence(r, now)).DefaultIfEmpty("no other one has reported");
        var refusal = new Refusal(
            $"{agreeing} of the {Needed} vantage points needed find {subject} dead: {string.Join("; ", silent)}",
            "Detection:Vantages, or a watcher at another vantage point");
        return new(refusal, MayPassSoon: true);
    }

    // The newest word of each.
    private ImmutableArray<VantageReport> Others(ImmutableArray<VantageReport> reports) =>
    [
        .. reports.Where(r => r.Vantage != Own).OrderByDescending(r => r.At).DistinctBy(r => r.Vantage)
            .OrderBy(r => r.Vantage, StringComparer.Ordinal),
    ];

    private static bool IsHeard(VantageReport report, DateTimeOffset now) =>
        (now - report.At).Duration() <= HeardWithin;

    private static bool Agrees(VantageReport report, InstanceKey subject, DateTimeOffset now) =>
        (now - report.At).Duration() <= FreshFor && report.Dead.Contains(subject);

    // The same words while the same holds: a hold is told once.
    private static string Silence(VantageReport report, DateTimeOffset now) => IsHeard(report, now)
        ? $"{report.Vantage} does not"
        : $"{report.Vantage} was last heard at {report.At:u}";
}
