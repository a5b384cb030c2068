using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// Whether a server that was told to follow the new primary is seen to: told to connect, a server says yes before it
/// has tried.
/// </summary>
public static class Connection
{
    /// <summary>Whether it has neither connected yet nor said why it cannot.</summary>
    public static bool IsUnderWay(ReplicationLink link) =>
        link is { Receiver: ReplicationThread.Connecting, ReceiverErrorNumber: 0 };

    /// <summary>Why it does not receive, as the rest of a sentence about it; empty when it does.</summary>
    public static string WhyNot(ReplicationLink link)
    {
        ArgumentNullException.ThrowIfNull(link);
        if (link.Receiver == ReplicationThread.Running) return "";
        if (link.ReceiverErrorNumber > 0)
            return $"cannot connect to the new primary: error {link.ReceiverErrorNumber}: {link.ReceiverError}";
        return link.Receiver == ReplicationThread.Connecting ? "has not connected to the new primary yet" : "";
    }
}
