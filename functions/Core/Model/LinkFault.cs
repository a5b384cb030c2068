namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// Why a thread of a link stands still, in a few words ("error 1236", "stopped"); empty while it runs, and while a
/// receiver connects and had no answer yet.
/// </summary>
public static class LinkFault
{
    public static string OfReceiver(ReplicationLink link) => link switch
    {
        null => throw new ArgumentNullException(nameof(link)),
        { Receiver: ReplicationThread.Running } => "",
        { Receiver: ReplicationThread.Stopped, ReceiverErrorNumber: 0 } => "stopped",
        { Receiver: ReplicationThread.Stopped } => $"error {link.ReceiverErrorNumber}",
        { ReceiverErrorNumber: 0 } => "",
        { CannotReachSource: true } => "cannot connect",
        _ => $"refused {link.ReceiverErrorNumber}",
    };

    public static string OfApplier(ReplicationLink link) => link switch
    {
        null => throw new ArgumentNullException(nameof(link)),
        { Applier: not ReplicationThread.Stopped } => "",
        { ApplierErrorNumber: 0 } => "stopped",
        _ => $"error {link.ApplierErrorNumber}",
    };
}
