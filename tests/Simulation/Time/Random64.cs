namespace OrchestratorFunctions.Simulation.Time;

/// <summary>
/// A small fast source of chance whose whole state is its seed: the same in every process, on every machine and in
/// every version of .NET. xoshiro256** (Blackman and Vigna), seeded by splitmix64.
/// </summary>
public sealed class Random64
{
    private ulong a, b, c, d;

    public Random64(ulong seed)
    {
        ulong Split()
        {
            seed += 0x9E3779B97F4A7C15UL;
            var z = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
        (a, b, c, d) = (Split(), Split(), Split(), Split());
    }

    public ulong Next()
    {
        var result = ulong.RotateLeft(b * 5, 7) * 9;
        var t = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= t;
        d = ulong.RotateLeft(d, 45);
        return result;
    }

    /// <summary>From 0 up to but not including <paramref name="end"/>.</summary>
    public int Below(int end) => (int)(Next() % (ulong)end);

    /// <summary>From 0 up to but not including 1.</summary>
    public double Part() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double of) => Part() < of;

    /// <summary>A length of time between two others, in ticks of 100 ns.</summary>
    public long Between(long least, long most) => least + (long)(Part() * (most - least));

    /// <summary>One of several.</summary>
    public T Of<T>(params ReadOnlySpan<T> several) => several[Below(several.Length)];
}
