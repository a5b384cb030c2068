using System.Globalization;
using System.Runtime.InteropServices;
using OrchestratorFunctions.Fleet.Servers;

namespace OrchestratorFunctions.Fleet;

/// <summary>The process of this machine that runs the server with that data directory, and its signals.</summary>
internal sealed class OwnProcess(string dataDirectory)
{
    private const int Kill = 9, Cont = 18, Stop = 19;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Dead too when its number belongs to somebody else by now.</summary>
    public Condition Condition
    {
        get
        {
            try
            {
                var process = $"/proc/{Pid}";
                if (!File.ReadAllText($"{process}/cmdline").Contains(dataDirectory, StringComparison.Ordinal)) return Condition.Dead;
                var stat = File.ReadAllText($"{process}/stat");
                return stat[stat.LastIndexOf(')') + 2] switch
                {
                    'T' or 't' => Condition.Stopped, 'Z' or 'X' => Condition.Dead, _ => Condition.Alive,
                };
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Condition.Dead;
            }
        }
    }

    /// <summary>The number it had when it began; null when none was begun.</summary>
    public int? Pid
    {
        get
        {
            var file = Path.Combine(Path.GetDirectoryName(dataDirectory)!, "pid");
            return File.Exists(file) && int.TryParse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
    }

    /// <summary>Sends the signal for it, and returns when it is so.</summary>
    /// <exception cref="FleetException">The signal cannot be sent, or was not taken.</exception>
    public void Become(Condition wanted)
    {
        if (Condition == wanted) return;
        if (Condition == Condition.Dead) throw new FleetException(1, $"the server in {dataDirectory} is dead and did not become {Word(wanted)}.");
        var pid = Pid ?? throw new FleetException(1, $"the server in {dataDirectory} is being started, try again.");
        var signal = wanted switch { Condition.Dead => Kill, Condition.Stopped => Stop, _ => Cont };
        if (kill(pid, signal) != 0 && Condition != wanted)
            throw new FleetException(1, $"signal {signal} to the server in {dataDirectory} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        if (!SpinWait.SpinUntil(() => Condition == wanted, Patience))
            throw new FleetException(1, $"the server in {dataDirectory} is {Word(Condition)} and did not become {Word(wanted)}.");
    }

    private static string Word(Condition condition) => condition.ToString().ToLowerInvariant();

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
