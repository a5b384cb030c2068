using System.Collections.Concurrent;
using OrchestratorFunctions.Fleet.Servers;

namespace OrchestratorFunctions.Fleet;

/// <summary>Runs the scripts of the repository and remembers what has to be taken down at process exit.</summary>
internal static class Scripts
{
    private static readonly ConcurrentDictionary<string, Action> LeftOvers = new();
    private static int _numbers;

    static Scripts()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            foreach (var takeDown in LeftOvers.Values)
                try
                {
                    takeDown();
                }
                catch (Exception e) when (e is FleetException or IOException or UnauthorizedAccessException)
                {
                    Say(e.Message);
                }
        };
    }

    public static string Root { get; } = FindRoot();

    /// <summary>A name no other test process uses at the same time.</summary>
    public static string UniqueName() => $"t{Environment.ProcessId}-{Interlocked.Increment(ref _numbers)}";

    public static void TakeDownAtExit(string name, Action takeDown) => LeftOvers[name] = takeDown;

    public static void Forget(string name) => LeftOvers.TryRemove(name, out _);

    /// <summary>To whoever waits at a terminal.</summary>
    public static void Say(string line) => Console.Error.WriteLine(line);

    /// <summary>What it printed.</summary>
    /// <exception cref="FleetException">It failed: its last line.</exception>
    public static Task<string> RunAsync(string script, params string[] arguments) =>
        Shell.OutputAsync(Path.Combine(Root, "scripts", script), arguments);

    /// <summary>The same for who cannot wait otherwise.</summary>
    public static string Run(string script, params string[] arguments) =>
        // On a pool thread, so that a caller with a synchronization context does not wait for itself.
        Task.Run(() => RunAsync(script, arguments)).GetAwaiter().GetResult();

    /// <summary>Fetches the packages of a server and unpacks them into the cache.</summary>
    /// <exception cref="FleetException">They cannot be had here (3).</exception>
    public static Task UnpackAsync(string kind, CancellationToken cancel)
    {
        Say($"Fetching and unpacking {kind} (once; some seconds) ...");
        return Shell.OutputAsync("bash", [Path.Combine(Root, "scripts/lib/unpack.sh"), kind], cancel: cancel);
    }

    private static string FindRoot()
    {
        foreach (var start in new[] { AppContext.BaseDirectory, Directory.GetCurrentDirectory() })
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "scripts", "fleet")))
                    return folder.FullName;
        throw new DirectoryNotFoundException("scripts/fleet is in none of the folders above this program.");
    }
}
