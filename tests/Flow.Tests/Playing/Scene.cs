using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Tests.Playing;

/// <summary>Everything there is in one story: time, servers, storage, processes, and what they said.</summary>
internal sealed class Scene : IDisposable
{
    private readonly List<string> log = [], steps = [];
    private readonly List<(InstanceKey Server, string Line)> looks = [];
    private int told, counted, heard;

    public Scene()
    {
        Turns = new Turns(World.Noon) { Happened = TellStates };
        Outside = new Life(Turns);
        Memory = new Memory(Outside.Clock);
    }

    public Turns Turns { get; }

    /// <summary>The clock of what is no process: of storage and of operators.</summary>
    public Life Outside { get; }

    public Memory Memory { get; }
    public MemoryQueue Queue { get; } = new();
    public Plain Plain { get; } = new();
    public Dictionary<string, PlayedProcess> Processes { get; } = [];

    public Servers Servers => servers ?? throw new FormatException("the servers are not written yet");

    private Servers? servers;

    /// <summary>Lines of <see cref="WrittenTopology"/>: the servers at first, and later what has changed of
    /// them.</summary>
    public void Write(string[] lines)
    {
        var written = lines.Aggregate(servers?.World.Now, Read)!;
        if (servers is not null)
        {
            servers.World.Put(_ => written);
            return;
        }
        servers = new Servers(new World(written), Turns);
        Memory.Store(written);
        Memory.SaveClusterAsync(World.Cluster, "shop", default).GetAwaiter().GetResult();
    }

    public PlayedProcess Process(string name) =>
        Processes.GetValueOrDefault(name) ?? throw new FormatException($"there is no process {name}");

    public InstanceKey Server(string name) =>
        Servers.World.Now[WrittenTopology.Key(name)]?.Key ?? throw new FormatException($"there is no server {name}");

    public bool IsProcess(string name) => Processes.ContainsKey(name);

    public void Say(string process, string says) => log.Add(Line(process, says));

    public void NoteStep(string process, string says) => steps.Add(Line(process, says));

    public void NoteLook(InstanceKey server, string process, string says) => looks.Add((server, Line(process, says)));

    /// <summary>The looks at a server since looks were printed last.</summary>
    public string Looks(InstanceKey server)
    {
        var at = looks.Where(l => l.Server == server).Select(l => l.Line).ToArray();
        looks.Clear();
        return at.Length == 0 ? "no look" : string.Join('\n', at);
    }

    /// <summary>Lets time pass until something is said, or for the whole length; false when it was not said. What was
    /// said after time passed last counts too.</summary>
    public bool Pass(TimeSpan length, string? until = null)
    {
        var since = heard;
        var isSaid = Turns.Run(length, () => until is not null && log[since..].Exists(IsIt));
        heard = log.Count;
        return isSaid;

        bool IsIt(string line) => line.Contains(until, StringComparison.Ordinal);
    }

    /// <summary>What was said since the last time.</summary>
    public string Story()
    {
        var news = log[told..];
        told = log.Count;
        return news.Count == 0 ? "nothing" : string.Join('\n', news);
    }

    /// <summary>The steps that ran since the last time.</summary>
    public string Steps()
    {
        var news = steps[counted..];
        counted = steps.Count;
        return news.Count == 0 ? "no step" : string.Join('\n', news);
    }

    /// <summary>A recovery by its id, or as r1, r2 … in the order in which they came.</summary>
    public Recovery Recovery(string id)
    {
        var newest = Memory.ReadRecentAsync(null, int.MaxValue, default).Result;
        var all = newest.Select(r => r.Recovery).Reverse().ToArray();
        foreach (var recovery in all) Plain.Of(recovery.Id);
        return Array.Find(all, r => r.Id == Plain.Id(id)) ?? throw new FormatException($"there is no recovery {id}");
    }

    public void Dispose()
    {
        foreach (var process in Processes.Values) process.Dispose();
    }

    private string Line(string process, string says) => $"{Plain.Of(Turns.Passed)} {process} {Plain.Of(says)}";

    private void TellStates()
    {
        foreach (var process in Processes.Values) process.TellState();
    }

    // A server that was seen is seen at noon, whatever the hour at which topologies are written.
    private static Topology Read(Topology? before, string line)
    {
        try
        {
            var written = WrittenTopology.Read([line], before).Members.Select(m => m with { LastSeenAt = World.Noon });
            return new Topology(World.Cluster, World.Noon, written, "shop");
        }
        catch (FormatException e)
        {
            throw new FormatException($"line '{line}': {e.Message}", e);
        }
    }
}
