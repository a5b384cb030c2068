using System.Globalization;
using System.Runtime.InteropServices;

namespace OrchestratorFunctions.Fleet;

/// <summary>
/// A server that scripts/fleet runs as a process of this machine, signalled from here: a script that does it takes a tenth of a
/// second and a core, which is too much beside what is measured.
/// </summary>
internal sealed class OwnProcess(string dataDirectory)
{
    private const int Kill = 9, Cont = 18, Stop = 19;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Whether there is such a process; false where a container runs the server.</summary>
    public bool Exists => State() is not 'X';

    public bool IsRunning => State() is not ('X' or 'T');

    public void BeKilled() => Signal(Kill, 'X');

    public void BeStopped() => Signal(Stop, 'T');

    public void BeContinued() => Signal(Cont, 'R');

    private void Signal(int signal, char wanted)
    {
        if (State() == wanted) return;
        if (kill(Pid() ?? 0, signal) != 0) throw new InvalidOperationException($"signal {signal} to the server in {dataDirectory} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        if (!SpinWait.SpinUntil(() => State() == wanted, Patience)) throw new TimeoutException($"the server in {dataDirectory} did not take signal {signal}");
    }

    // R: it runs; T: stopped; X: gone, or the number belongs to somebody else by now.
    private char State()
    {
        try
        {
            var process = $"/proc/{Pid()}";
            if (!File.ReadAllText($"{process}/cmdline").Contains(dataDirectory, StringComparison.Ordinal)) return 'X';
            var stat = File.ReadAllText($"{process}/stat");
            return stat[stat.LastIndexOf(')') + 2] switch { 'T' or 't' => 'T', 'Z' or 'X' => 'X', _ => 'R' };
        }
        catch (IOException)
        {
            return 'X';
        }
        catch (UnauthorizedAccessException)
        {
            return 'X';
        }
    }

    private int? Pid()
    {
        var file = Path.Combine(Path.GetDirectoryName(dataDirectory)!, "pid");
        return File.Exists(file) && int.TryParse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture, out var pid) ? pid : null;
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
