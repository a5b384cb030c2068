using System.ComponentModel;
using System.Diagnostics;

namespace OrchestratorFunctions.Fleet;

/// <summary>The Docker client of this machine, and whether an engine answers.</summary>
internal static class Docker
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly Lazy<bool> Answer = new(() => Run("info"));

    public static bool Answers => Answer.Value;

    /// <summary>SIGKILL, the one thing Testcontainers does not offer.</summary>
    public static void Kill(string container) => Run("kill", container);

    /// <summary>Whether it did what it was asked.</summary>
    public static bool Run(params string[] arguments) => Run(Patience, arguments);

    /// <summary>The same for what takes long.</summary>
    public static bool Run(TimeSpan patience, params string[] arguments) => Ask(patience, arguments) is not null;

    /// <summary>What it printed; empty when it could not.</summary>
    public static string Read(params string[] arguments) => Ask(Patience, arguments) ?? "";

    private static string? Ask(TimeSpan patience, string[] arguments)
    {
        var start = new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start);
            if (process is null) return null;
            // Drained, so that a full pipe does not keep the program from ending.
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            if (process.WaitForExit(patience)) return process.ExitCode == 0 ? output.Result + error.Result : null;
            process.Kill();
            return null;
        }
        catch (Win32Exception)
        {
            // No docker client on this machine.
            return null;
        }
    }
}
