using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace OrchestratorFunctions.Storage.Rows;

/// <summary>
/// Retries what may pass (408, 429, 5xx, broken and silent connections) few times and soon: whoever waits is in the
/// middle of a recovery. All attempts together end within about ten seconds: a server that asks for a long wait is not
/// waited for. What is final (404, 409, 412) is not retried.
/// </summary>
internal sealed class BoundedRetry(
    ) : RetryPolicy(MostRetries, DelayStrategy.CreateExponentialDelayStrategy(FirstDelay, LongestDelay))
{
    public const int MostRetries = 3;

    /// <summary>For one attempt, answer included.</summary>
    public static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(2.5);

    private const int LongestWaitSeconds = 2;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(800);

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
        IsSoon(message) && base.ShouldRetry(message, exception);

    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        IsSoon(message) ? base.ShouldRetryAsync(message, exception) : ValueTask.FromResult(false);

    private static bool IsSoon(HttpMessage message) =>
        !message.HasResponse || !message.Response.Headers.TryGetValue("Retry-After", out var wait)
        || (int.TryParse(wait, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= LongestWaitSeconds);
}
