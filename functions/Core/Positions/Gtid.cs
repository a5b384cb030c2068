using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OrchestratorFunctions.Core.Positions;

/// <summary>
/// One MySQL transaction: <c>uuid:number</c>, or <c>uuid:tag:number</c> since 8.3. Source is the server_uuid it was
/// first committed on, Tag is lower case and "" when untagged, Number is 1 to <see cref="GtidInterval.Highest"/>.
/// Parsing refuses with a text, construction with an <see cref="ArgumentException"/>.
/// Source: MySQL manual, "GTID Format and Storage".
/// </summary>
public readonly record struct Gtid(Guid Source, string Tag, long Number)
{
    public string Tag { get => field ?? GtidTag.None; } = GtidTag.Normalize(Tag);

    public long Number { get; } = new GtidInterval(Number, Number).First;

    public static Gtid Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var gtid, out var problem) ? gtid : throw new FormatException(problem);
    }

    public static bool TryParse(string? text, out Gtid gtid, [NotNullWhen(false)] out string? problem)
    {
        gtid = default;
        if (!GtidSet.TryParse(text, out var set, out problem)) return false;
        if (set.Count != UInt128.One)
        {
            problem = $"'{text}' is not one GTID but {set.Count}: write uuid:number or uuid:tag:number.";
            return false;
        }

        gtid = set.Gtids(1).Single();
        return true;
    }

    public override string ToString() => Tag.Length == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{Source:D}:{Number}")
        : string.Create(CultureInfo.InvariantCulture, $"{Source:D}:{Tag}:{Number}");
}
