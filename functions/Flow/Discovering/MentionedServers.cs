using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>
/// Follows what members of watched clusters mention and nobody knows yet: a replica that joined, a server that answers
/// at another address. A name is asked about once a minute at most, since it may lead nowhere; what comes of it is
/// logged when it is another thing than the time before. Safe for concurrent use.
/// </summary>
internal sealed class MentionedServers(DiscoverInstances discover, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<InstanceKey, DateTimeOffset> asked = new();
    private readonly ConcurrentDictionary<InstanceKey, string> said = new();

    /// <summary>Something was stored.</summary>
    public event Action? Found;

    public async Task FollowAsync(ClusterId cluster, InstanceKey key, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (asked.TryGetValue(key, out var at) && now - at < AskAgain) return;
        asked[key] = now;
        var discovery = await discover.FollowAsync(key, cancel);
        if (!discovery.Clusters.IsEmpty) Found?.Invoke();
        var says = string.Join("; ", [.. discovery.Refusals, .. discovery.Warnings]);
        if (said.GetValueOrDefault(key, "") == says) return;
        said[key] = says;
        if (says.Length > 0) logger.Mentioned(cluster.Value, key.ToString(), says);
    }
}
