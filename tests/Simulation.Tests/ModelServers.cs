using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Simulation.Histories;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Tests;

/// <summary>Model servers without clients, and mostly without processes: db1 and its replicas, after a second of calm.</summary>
internal sealed class ModelServers
{
    public ModelServers(int count = 2, int waitFor = 0, long timeout = 100_000_000, Func<ServerShape, ServerShape>? shape = null, int processes = 0,
        ServerFlavor flavor = ServerFlavor.MySql)
    {
        World = new World(1, HistoryMode.Safety, isPlayed: false, new HistoryShape
        {
            Servers = [.. Enumerable.Range(0, count).Select(_ => (shape ?? (s => s))(new ServerShape { ReadOnlyAtStart = true }))],
            Sources = new int[count], Rules = [.. Enumerable.Repeat(PromotionRule.Neutral, count)],
            WaitFor = waitFor, SemiSyncTimeout = timeout, Processes = processes, Clients = 0, Flavor = flavor,
        });
        // Nobody writes but the test.
        foreach (var server in World.Servers) server.Events = null;
        Pass(1);
    }

    public World World { get; }

    public ModelServer this[int number] => World.Servers[number - 1];

    public void Pass(double seconds) => World.Queue.RunUntil(World.Now + Ticks.Of(seconds), () => false);

    /// <summary>A client's write: the transaction when it is acknowledged within a second, else null.</summary>
    public (Transaction? Transaction, bool IsAnswered, bool IsByRule) Write(int on)
    {
        (Transaction?, bool, bool) answer = (null, false, false);
        this[on].Source.Write(Author.Client, (one, byRule) => answer = (one, true, byRule));
        Pass(1);
        return answer;
    }

    /// <summary>Runs statements; the error when they ended within that time, null when they have not.</summary>
    public string? Run(int on, double seconds, params Statement[] statements)
    {
        string? ended = null;
        Last = new StatementRun(this[on], statements, error => ended = error);
        Last.Begin();
        Pass(seconds);
        return ended;
    }

    public StatementRun? Last { get; private set; }
}
