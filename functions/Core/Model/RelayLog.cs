namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// How a server treats transactions that it has received and not applied yet. With semi-sync it may have acknowledged
/// them, so that clients count on them.
/// </summary>
/// <param name="RecoversAtStart">
/// relay_log_recovery: at every start, also after a clean stop, the server gives up its relay log and fetches again
/// from its source what it has not applied (manual, "Replica Server Options and Variables"). What the source can no
/// longer give is gone.
/// </param>
/// <param name="SyncEvery">
/// sync_relay_log: after how many events the relay log is written to the disk; 0 leaves it to the operating system.
/// With anything but 1 a failure of the machine may cost acknowledged events; a failure of the process does not.
/// </param>
public sealed record RelayLog(bool RecoversAtStart, long SyncEvery);
