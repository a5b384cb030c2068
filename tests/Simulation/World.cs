using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Simulation.Clients;
using OrchestratorFunctions.Simulation.Faults;
using OrchestratorFunctions.Simulation.Histories;
using OrchestratorFunctions.Simulation.Judging;
using OrchestratorFunctions.Simulation.Processes;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Storing;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation;

/// <summary>Everything of one history: servers, processes, clients, store, network, and who judges it.</summary>
public sealed class World
{
    private readonly int[] numbers;

    /// <param name="shape">What it begins with; null to let the seed choose.</param>
    /// <param name="flavor">Whose servers they are; null to let the seed choose.</param>
    /// <param name="movesServers">Some server changes its address, whatever the seed says.</param>
    /// <param name="changesServers">Operators change single servers and move several.</param>
    public World(
        ulong seed, HistoryMode mode, bool isPlayed, HistoryShape? shape = null, ServerFlavor? flavor = null,
        bool movesServers = false, bool changesServers = false)
    {
        ChangesServers = changesServers;
        (Seed, Mode, Random) = (seed, mode, new Random64(seed));
        Network = new Network(Queue, Fork(1));
        Addresses = new Addresses(this);
        Play = isPlayed ? new Play(Queue) : null;
        Shape = shape ?? ChangedAddresses.Drawn(
            HistoryShape.Of(Random, Fork(7), mode == HistoryMode.Liveness).On(flavor ?? HistoryShape.FlavorOf(Fork(9))),
            Fork(40), movesServers);
        Judge = new Judge(this);
        Store = new ModelStore(this);
        numbers = new int[Shape.Servers.Length];
        Servers = [.. Shape.Servers.Select((s, i) => new ModelServer(this, i, s))];
        Beginning.Of(this);
        Processes = [.. Enumerable.Range(0, Shape.Processes).Select(i => new ModelProcess(this, i))];
        Clients = [.. Enumerable.Range(0, Shape.Clients).Select(i => new WritingClient(this, i))];
    }

    /// <summary>Operators change single servers and move several.</summary>
    public bool ChangesServers { get; }

    public ulong Seed { get; }
    public HistoryMode Mode { get; }
    /// <summary>For the shape of the cluster and for faults.</summary>
    public Random64 Random { get; }
    public EventQueue Queue { get; } = new();
    public Network Network { get; }
    public Addresses Addresses { get; }
    public Play? Play { get; }
    public HistoryShape Shape { get; }
    public Judge Judge { get; }
    public ModelStore Store { get; }
    public ModelServer[] Servers { get; }
    public ModelProcess[] Processes { get; }
    public WritingClient[] Clients { get; }
    public ClusterId Cluster { get; } = new("c-shop");
    public List<Transaction> Transactions { get; } = [];
    /// <summary>
    /// A source of chance of its own for each part: what one part draws does not move the others, so that a seed keeps its
    /// cluster and its faults when the decisions change.
    /// </summary>
    public Random64 Fork(int part) => new((Seed * 1_000_003) + (ulong)part);

    public int RecoveryCount { get; set; }
    public int Judgements { get; set; }

    /// <summary>Faults have stopped.</summary>
    public bool IsCalm { get; set; }

    public long Now => Queue.Now;

    /// <summary>The server that the product calls so; another one may listen there.</summary>
    public ModelServer ServerOf(InstanceKey key) =>
        Addresses.HaveChanged ? Store.Named(key) : Servers[Addresses.NumberOf(key)];

    public Transaction NewTransaction(ModelServer on, Author by, EventNames? events = null)
    {
        var domain = by == Author.LocalTables ? 1 + on.Index : 0;
        var one = new Transaction(on.Index, ++numbers[on.Index], Now)
        {
            Domain = domain, Sequence = on.Flavour.NextSequence(domain),
            IsErrant = by == Author.Person, IsOfEvent = by == Author.Event, Events = events,
        };
        Transactions.Add(one);
        return one;
    }

    /// <summary>Something happens between so many seconds from now.</summary>
    public void Later(double least, double most, Action happens) =>
        Queue.At(Now + Random.Between(Ticks.Of(least), Ticks.Of(most)), happens);
}
