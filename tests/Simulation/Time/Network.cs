namespace OrchestratorFunctions.Simulation.Time;

/// <summary>
/// One link for every ordered pair of places: the way there and the way back are delayed, slowed and cut apart from each
/// other. What is sent over TCP is not lost but repeated: what was under way when a link was cut may arrive when it is
/// whole again (RFC 9293, retransmission), unless nobody waits for it.
/// </summary>
public sealed class Network(EventQueue queue, Random64 random)
{
    /// <summary>More places than a history has.</summary>
    public const int Places = 24;

    private readonly bool[,] cut = new bool[Places, Places];
    private readonly long[,] slow = new long[Places, Places];
    private readonly long[,] wholeSince = new long[Places, Places];
    private readonly List<Action>?[,] held = new List<Action>?[Places, Places];

    public bool IsCut(int from, int to) => cut[from, to];

    public bool IsWholeBothWays(int a, int b) => !cut[a, b] && !cut[b, a];

    /// <summary>Since when messages go both ways between two places; never when they do not.</summary>
    /// <param name="slowest">A way there and back that takes longer is as good as cut.</param>
    public long WholeSince(int a, int b, double slowest = 0.2) => IsWholeBothWays(a, b) && slow[a, b] + slow[b, a] < Ticks.Of(slowest)
        ? Math.Max(wholeSince[a, b], wholeSince[b, a])
        : long.MaxValue;

    /// <summary>Delivers something at another place, later or, over a cut link, not at all.</summary>
    /// <param name="isRepeated">It lies in a socket that stays open: it may arrive after a cut.</param>
    public void Send(int from, int to, Action deliver, bool isRepeated = false)
    {
        if (cut[from, to])
        {
            if (isRepeated) (held[from, to] ??= []).Add(deliver);
            return;
        }
        queue.At(queue.Now + Delay(from, to), deliver);
    }

    /// <summary>How long one message takes now.</summary>
    public long Delay(int from, int to) => random.Between(Ticks.Of(0.0002), Ticks.Of(0.0012)) + slow[from, to];

    public void Cut(int from, int to) => cut[from, to] = true;

    public void CutBothWays(int a, int b)
    {
        Cut(a, b);
        Cut(b, a);
    }

    public void HealBothWays(int a, int b)
    {
        Heal(a, b);
        Heal(b, a);
    }

    public void Heal(int from, int to)
    {
        if (!cut[from, to]) return;
        (cut[from, to], wholeSince[from, to]) = (false, queue.Now);
        if (held[from, to] is not { } waiting) return;
        held[from, to] = null;
        // Repeats come at growing pauses, so some while after the healing; the others were given up.
        foreach (var deliver in waiting)
            if (random.Chance(0.5)) queue.At(queue.Now + random.Between(0, Ticks.Second), deliver);
    }

    public void Slow(int from, int to, long by)
    {
        if (by < slow[from, to]) wholeSince[from, to] = queue.Now;
        slow[from, to] = by;
    }

    public void HealAll()
    {
        for (var a = 0; a < Places; a++)
            for (var b = 0; b < Places; b++)
            {
                Heal(a, b);
                Slow(a, b, 0);
            }
    }
}
