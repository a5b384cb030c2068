using System.Diagnostics;
using System.Globalization;

namespace OrchestratorFunctions.Bench;

/// <summary>What the kernel says a process has used.</summary>
internal static class ProcessCost
{
    /// <summary>Processor time in clock ticks of 10 ms (proc(5), utime and stime).</summary>
    public static TimeSpan Cpu(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)));
    }

    /// <summary>Memory in use that is not shared with the disk: what another process cannot have (proc(5), RssAnon), and all of it (VmRSS), in MB.</summary>
    public static (double Anonymous, double All) Memory(int pid)
    {
        var lines = File.ReadAllLines($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/status");
        return (Of("RssAnon:"), Of("VmRSS:"));

        double Of(string name) => double.Parse(
            lines.First(l => l.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
