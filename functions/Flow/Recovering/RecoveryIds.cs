using System.Globalization;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>Names recoveries: the instant first, so that they sort by time, then enough randomness to be unique.</summary>
public static class RecoveryIds
{
    public static string New(DateTimeOffset at) =>
        $"{at.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture)}-{Guid.NewGuid().ToString("N")[..8]}";
}
