using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Storage.Leases;
using OrchestratorFunctions.Storage.Queues;
using OrchestratorFunctions.Storage.Tables;

namespace OrchestratorFunctions.Storage;

/// <summary>
/// The memory of the product: every port that Azure Storage implements, over one account. Safe to share between
/// threads.
/// </summary>
public sealed class AzureStorage
{
    private AzureStorage(StorageAccount account, TimeProvider time, ILogger log)
    {
        var leases = new LeaseRows(account.Recoveries, time, log);
        Topologies = new TopologyTable(
            account.Topology, new LedgerRows(account.Recoveries, log), new ChangeMark(account.Settings), log);
        Recoveries = new RecoveryTable(account.Recoveries, leases, log);
        Notices = new NoticeTable(account.Recoveries, log);
        Leases = new ClusterLeases(leases, time);
        Audit = new AuditTable(account.Audit, log);
        Settings = new SettingsTable(account.Settings, time, log);
        Pools = new PoolTable(account.Settings, log);
        Tokens = new TokenTable(account.Settings);
        Failures = new FailureQueue(account.Failures, account.PoisonedFailures, log);
    }

    public ITopologyStore Topologies { get; }

    public IRecoveryStore Recoveries { get; }

    public INoticeOutbox Notices { get; }

    public IClusterLease Leases { get; }

    public IAuditLog Audit { get; }

    public ISettingsStore Settings { get; }

    public IPoolStore Pools { get; }

    public ITokenStore Tokens { get; }

    public IFailureQueue Failures { get; }

    /// <summary>Checks the options, opens the account and creates the tables and queues that are missing.</summary>
    /// <exception cref="InvalidOperationException">Options are wrong; the message lists every problem.</exception>
    public static Task<AzureStorage> OpenAsync(StorageOptions options, TimeProvider time, CancellationToken cancel) =>
        OpenAsync(options, time, NullLogger.Instance, cancel);

    /// <inheritdoc cref="OpenAsync(StorageOptions, TimeProvider, CancellationToken)"/>
    public static async Task<AzureStorage> OpenAsync(
        StorageOptions options, TimeProvider time, ILogger log, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var account = new StorageAccount(options);
        await account.EnsureCreatedAsync(cancel);
        return new AzureStorage(account, time, log);
    }
}
