using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Queues;

namespace OrchestratorFunctions.Storage;

/// <summary>The clients of the account's tables and queues, which share their connections.</summary>
internal sealed class StorageAccount
{
    /// <summary>
    /// The oldest version that has all we use, so that an Azurite of some age is enough
    /// (each package asks for its newest, which an Azurite of the same month may not know yet).
    /// </summary>
    private const QueueClientOptions.ServiceVersion QueueVersion = QueueClientOptions.ServiceVersion.V2021_12_02;

    private readonly TableServiceClient _tables;
    private readonly QueueServiceClient _queues;
    private readonly string _prefix;

    public StorageAccount(StorageOptions options)
    {
        var problems = options.Problems();
        if (problems.Length > 0) throw new InvalidOperationException(string.Join(Environment.NewLine, problems));
        _prefix = options.TablePrefix;
        var tables = Prepare(new TableClientOptions(), options);
        var queues =
            Prepare(new QueueClientOptions(QueueVersion) { MessageEncoding = QueueMessageEncoding.None }, options);
        if (options.ConnectionString.Length > 0)
        {
            _tables = new TableServiceClient(options.ConnectionString, tables);
            _queues = new QueueServiceClient(options.ConnectionString, queues);
            return;
        }
        var identity = new DefaultAzureCredential();
        _tables = new TableServiceClient(Endpoint(options, "table"), identity, tables);
        _queues = new QueueServiceClient(Endpoint(options, "queue"), identity, queues);
    }

    /// <summary>Members and what is known of them; a partition is a cluster.</summary>
    public TableClient Topology => _tables.GetTableClient(_prefix + "Topology");

    /// <summary>Recoveries and leases; a partition is a cluster, or a lease's name.</summary>
    public TableClient Recoveries => _tables.GetTableClient(_prefix + "Recoveries");

    public TableClient Audit => _tables.GetTableClient(_prefix + "Audit");

    public TableClient Settings => _tables.GetTableClient(_prefix + "Settings");

    public QueueClient Failures => _queues.GetQueueClient(QueueName("-failures"));

    public QueueClient PoisonedFailures => _queues.GetQueueClient(QueueName("-failures-poison"));

    /// <summary>Creates what is missing.</summary>
    public Task EnsureCreatedAsync(CancellationToken cancel) => Task.WhenAll(
        Topology.CreateIfNotExistsAsync(cancel),
        Recoveries.CreateIfNotExistsAsync(cancel),
        Audit.CreateIfNotExistsAsync(cancel),
        Settings.CreateIfNotExistsAsync(cancel),
        Failures.CreateIfNotExistsAsync(cancellationToken: cancel),
        PoisonedFailures.CreateIfNotExistsAsync(cancellationToken: cancel));

    private static T Prepare<T>(T client, StorageOptions options) where T : ClientOptions
    {
        client.RetryPolicy = new BoundedRetry();
        client.Retry.NetworkTimeout = BoundedRetry.AttemptTimeout;
        client.Diagnostics.IsLoggingContentEnabled = false;
        options.Pipeline?.Invoke(client);
        return client;
    }

    private static Uri Endpoint(StorageOptions options, string kind) =>
        new($"https://{options.AccountName}.{kind}.{options.EndpointSuffix}");

    private string QueueName(string ending) => _prefix.ToLowerInvariant() + ending;
}
