using System.Globalization;

namespace OrchestratorFunctions.Core.Positions;

/// <summary>
/// Consecutive transaction numbers of one source and tag, both ends included: 1 ≤ First ≤ Last ≤
/// <see cref="Highest"/>. Other bounds are refused with an <see cref="ArgumentOutOfRangeException"/>.
/// Source: MySQL manual, "GTID Format and Storage" (numbers stay below 2^63 - 1).
/// </summary>
public readonly record struct GtidInterval(long First, long Last)
{
    /// <summary>The highest transaction number a MySQL server takes: 9223372036854775806.</summary>
    public const long Highest = long.MaxValue - 1;

    public long First { get; } = First >= 1 && First <= Last ? First
        : throw new ArgumentOutOfRangeException(nameof(First), Refusal(First, Last));

    public long Last { get; } = Last <= Highest ? Last
        : throw new ArgumentOutOfRangeException(nameof(Last), Refusal(First, Last));

    public long Count => Last - First + 1;

    public bool Contains(long number) => First <= number && number <= Last;

    public override string ToString() => First == Last
        ? First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");

    private static string Refusal(long first, long last) =>
        $"{first}-{last} is not an interval of transaction numbers: 1 <= first <= last <= {Highest} must hold.";
}
