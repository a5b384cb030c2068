using System.Globalization;

namespace OrchestratorFunctions.Bench;

/// <summary>A share of the processors for a process and its children, by a cpu cgroup (version 1 or 2). It needs root.</summary>
internal sealed class CpuLimit : IDisposable
{
    private const int PeriodMicroseconds = 100_000;

    private readonly string folder;
    private readonly string members;

    private CpuLimit(string folder, string members) => (this.folder, this.members) = (folder, members);

    /// <summary>A command that is put before another one, which then runs within the limit.</summary>
    public string[] Launcher => ["sh", "-c", $"echo $$ > {folder}/{members} && exec \"$@\"", "sh"];

    /// <param name="cores">How many, as 0.25.</param>
    /// <exception cref="InvalidOperationException">No cgroup can be made here.</exception>
    public static CpuLimit Of(double cores)
    {
        var quota = ((int)(PeriodMicroseconds * cores)).ToString(CultureInfo.InvariantCulture);
        var name = $"orchestrator-bench-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}";
        try
        {
            if (Directory.Exists("/sys/fs/cgroup/cpu"))
            {
                var old = Directory.CreateDirectory($"/sys/fs/cgroup/cpu/{name}").FullName;
                File.WriteAllText($"{old}/cpu.cfs_period_us", PeriodMicroseconds.ToString(CultureInfo.InvariantCulture));
                File.WriteAllText($"{old}/cpu.cfs_quota_us", quota);
                return new CpuLimit(old, "cgroup.procs");
            }
            var folder = Directory.CreateDirectory($"/sys/fs/cgroup/{name}").FullName;
            File.WriteAllText($"{folder}/cpu.max", $"{quota} {PeriodMicroseconds}");
            return new CpuLimit(folder, "cgroup.procs");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"--cores {cores}: no cpu cgroup can be made here: {e.Message}; run as root, or without --cores", e);
        }
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // Its last process is still ending.
        }
    }
}
