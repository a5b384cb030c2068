using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Storing;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>
/// One process of the product: its life, its clocks and its way to the store. What it hears while it is paused it hears
/// when it goes on; what it waited for when it was killed it never hears.
/// </summary>
public sealed class ModelProcess
{
    public static readonly DateTimeOffset Epoch = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(2.5);

    private readonly Queue<(int Life, Action Hear)> unheard = new();
    private long pausedSince, pausedFor;

    public ModelProcess(World world, int index)
    {
        (World, Index, Random) = (world, index, world.Fork(10 + index));
        Rate = 1 + (Random.Between(-200, 200) * 1e-6);
        WallOffset = Random.Between(-Ticks.Of(0.4), Ticks.Of(0.4));
        Begin();
    }

    public World World { get; }
    public int Index { get; }
    public string Name => $"p{Index + 1}";
    public Random64 Random { get; }
    public int Place => 8 + Index;

    /// <summary>How fast its clocks go.</summary>
    public double Rate { get; }

    /// <summary>How far its wall clock is off, in ticks; it may jump.</summary>
    public long WallOffset { get; set; }

    public int Life { get; private set; }
    public bool IsUp { get; private set; } = true;
    public bool IsPaused { get; private set; }

    /// <summary>It is killed when it has heard so many more events; negative for never.</summary>
    public int DiesAfter { get; set; } = -1;

    /// <summary>When it last went on after a standstill.</summary>
    public long PausedUntil { get; private set; }

    /// <summary>It is killed when so many more of its stages have been stored, before it hears of that.</summary>
    public int DiesAfterSaves { get; set; }

    public Prober Prober { get; private set; } = null!;
    public Watch Watch { get; private set; } = null!;
    public Recoveries Recoveries { get; private set; } = null!;
    public FenceSessions Fences { get; private set; } = null!;
    public Discoveries Discoveries { get; private set; } = null!;

    /// <summary>By the clock that only goes forward; it goes on while the process is stopped.</summary>
    public TimeSpan Running => TimeSpan.FromTicks((long)(World.Now * Rate));

    /// <summary>The part of it in which the process was awake.</summary>
    public TimeSpan Awake => Running - TimeSpan.FromTicks(pausedFor);

    public DateTimeOffset Wall => Epoch + TimeSpan.FromTicks((long)(World.Now * Rate) + WallOffset);

    public void After(TimeSpan time, Action hear)
    {
        var life = Life;
        // Not a tick early: who waits for an instant would wait for it again and again.
        World.Queue.At(World.Now + (long)Math.Ceiling(time.Ticks / Rate) + 1, () => Hear(life, hear));
    }

    /// <summary>Something arrives at this process, in the life in which it was waited for.</summary>
    public void Hear(int life, Action hear)
    {
        if (life != Life || !IsUp) return;
        if (DiesAfter >= 0 && DiesAfter-- == 0)
        {
            Crash();
            return;
        }
        if (IsPaused) unheard.Enqueue((life, hear));
        else hear();
    }

    /// <summary>A stage of this process is stored.</summary>
    public void NoteSave()
    {
        if (DiesAfterSaves > 0 && --DiesAfterSaves == 0) Crash();
    }

    /// <summary>It is killed and started again some while later.</summary>
    public void Crash()
    {
        Kill();
        World.Queue.At(World.Now + Random.Between(Ticks.Of(0.5), Ticks.Of(8)), Start);
    }

    public void Kill()
    {
        if (!IsUp) return;
        (IsUp, IsPaused, DiesAfter, DiesAfterSaves) = (false, false, -1, 0);
        Life++;
        unheard.Clear();
        World.Play?.Say(Name, "is killed");
        // The kernel closes its sockets: a fence that waits in one is gone with it.
        Fences.Die();
    }

    public void Start()
    {
        if (IsUp) return;
        IsUp = true;
        Life++;
        World.Play?.Say(Name, "starts");
        Begin();
    }

    public void Pause()
    {
        if (!IsUp || IsPaused) return;
        (IsPaused, pausedSince) = (true, World.Now);
        World.Play?.Say(Name, "is stopped");
    }

    public void Continue()
    {
        if (!IsPaused) return;
        IsPaused = false;
        pausedFor += World.Now - pausedSince;
        PausedUntil = World.Now;
        World.Play?.Say(Name, "goes on");
        while (unheard.Count > 0 && IsUp && !IsPaused)
        {
            var (life, hear) = unheard.Dequeue();
            Hear(life, hear);
        }
    }

    /// <summary>
    /// Asks the store, again and again while no answer comes (Storage/BoundedRetry): what was done is done once.
    /// </summary>
    /// <param name="within">After so long the request is cancelled, and not asked again.</param>
    public void Call<T>(Func<ModelStore, T> ask, Action<T> then, Action away, TimeSpan? within = null)
    {
        var (life, began, isOver, isDone) = (Life, Running, false, false);
        var longest = within ?? 4 * TryAgainAfter;
        T result = default!;
        void Try()
        {
            if (isOver) return;
            if (Running - began > longest)
            {
                isOver = true;
                away();
                return;
            }
            var store = World.Store;
            World.Network.Send(Place, store.Place, () => store.Arrive(
                () =>
                {
                    if (isDone) return;
                    (result, isDone) = (ask(store), true);
                },
                () => World.Network.Send(store.Place, Place, () => Hear(life, () =>
                {
                    if (isOver) return;
                    isOver = true;
                    then(result);
                }))));
            After(TryAgainAfter, Try);
        }
        Try();
    }

    private void Begin()
    {
        Prober = new Prober(this);
        Fences = new FenceSessions(this);
        Discoveries = new Discoveries(this);
        Recoveries = new Recoveries(this);
        Watch = new Watch(this);
        Watch.Begin();
        Recoveries.Begin();
    }
}
