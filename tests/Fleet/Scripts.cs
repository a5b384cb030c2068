using System.Collections.Concurrent;
using System.Diagnostics;

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
                takeDown();
        };
    }

    public static string Root { get; } = FindRoot();

    /// <summary>A name no other test process uses at the same time.</summary>
    public static string UniqueName() => $"t{Environment.ProcessId}-{Interlocked.Increment(ref _numbers)}";

    public static void TakeDownAtExit(string name, Action takeDown) => LeftOvers[name] = takeDown;

    public static void Forget(string name) => LeftOvers.TryRemove(name, out _);

    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        var (code, output, error) = await StartAsync(script, arguments);
        return code == 0 ? output : throw Failure(script, arguments, code, error);
    }

    public static string Run(string script, params string[] arguments)
    {
        // On a pool thread, so that a caller with a synchronization context does not wait for itself.
        return Task.Run(() => RunAsync(script, arguments)).GetAwaiter().GetResult();
    }

    public static async Task<(int Code, string Output, string Error)> StartAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Root, "scripts", script))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"cannot start scripts/{script}");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    private static InvalidOperationException Failure(string script, string[] arguments, int code, string error) =>
        new($"scripts/{script} {string.Join(' ', arguments)} ended with {code}: {error.Trim()}");

    private static string FindRoot()
    {
        foreach (var start in new[] { AppContext.BaseDirectory, Directory.GetCurrentDirectory() })
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "scripts", "fleet")))
                    return folder.FullName;
        throw new DirectoryNotFoundException("scripts/fleet is in none of the folders above this program.");
    }
}
