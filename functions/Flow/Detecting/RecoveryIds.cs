using System.Globalization;

namespace OrchestratorFunctions.Flow.Detecting;

/// <summary>Names recoveries: the instant first, so that they sort by time, then enough chance to be unique.</summary>
public static class RecoveryIds
{
    /// <param name="chance">Safe for concurrent use, and seeded differently in every process.</param>
    public static string New(DateTimeOffset at, Random chance)
    {
        ArgumentNullException.ThrowIfNull(chance);
        var instant = at.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{instant}-{chance.NextInt64(1L << 32):x8}");
    }
}
