using System.Collections.Concurrent;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Storage.Tables;

namespace OrchestratorFunctions.Storage.Tests;

/// <summary>A storage room of a test's own: tables of its own on the shared Azurite, a clock that the test turns.</summary>
internal sealed class Rooms
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _connection;
    private readonly string _prefix = "T" + Guid.NewGuid().ToString("N")[..20];

    private Rooms(string connection) => _connection = connection;

    public FakeTimeProvider Time { get; } = new(Start);

    public WrittenLog Log { get; } = new();

    public AzureStorage Room { get; private set; } = null!;

    public IClusterLease Leases => Room.Leases;

    public IRecoveryStore Recoveries => Room.Recoveries;

    public TableClient RecoveryRows => Table("Recoveries");

    public TableClient TopologyRows => Table("Topology");

    public static async Task<Rooms> OpenAsync() => await OpenAsync((await AzuriteServer.SharedAsync()).ConnectionString);

    public static async Task<Rooms> OpenAsync(string connection)
    {
        var rooms = new Rooms(connection);
        rooms.Room = await rooms.AnotherAsync();
        return rooms;
    }

    /// <summary>The same tables as another process sees them.</summary>
    public Task<AzureStorage> AnotherAsync(HttpPipelinePolicy? policy = null) => AzureStorage.OpenAsync(
        new StorageOptions
        {
            ConnectionString = _connection,
            TablePrefix = _prefix,
            Pipeline = policy is null ? null : client => client.AddPolicy(policy, Azure.Core.HttpPipelinePosition.PerRetry),
        },
        Time, Log, CancellationToken.None);

    public TableClient Table(string name) => new(_connection, _prefix + name);

    public QueueClient Queue(string ending) => new(
        _connection, _prefix.ToLowerInvariant() + ending, new QueueClientOptions(QueueClientOptions.ServiceVersion.V2021_12_02));

    /// <summary>A lease that does not run out in the test.</summary>
    public async Task<Lease> TakeAsync(string name, string holder = "a") =>
        await Leases.TryAcquireAsync(name, holder, TimeSpan.FromHours(1), CancellationToken.None) ?? throw new InvalidOperationException($"{name} is held");

    /// <summary>Lets the lease run out and gives it to somebody else.</summary>
    public async Task<Lease> LoseAsync(string name, string to = "b")
    {
        Time.Advance(TimeSpan.FromHours(2));
        return await TakeAsync(name, to);
    }

    internal sealed class WrittenLog : ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));
    }
}
