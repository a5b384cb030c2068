using System.ComponentModel;
using System.Diagnostics;

namespace OrchestratorFunctions.Fleet;

/// <summary>Whether a Docker engine answers, and the one thing Testcontainers does not offer: SIGKILL.</summary>
internal static class Docker
{
    private static readonly Lazy<bool> Answer = new(() => Run("info"));

    public static bool Answers => Answer.Value;

    public static void Kill(string container) => Run("kill", container);

    private static bool Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("docker") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start);
            if (process is null)
                return false;
            // Drained, so that a full pipe does not keep the program from ending.
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (process.WaitForExit(TimeSpan.FromSeconds(10)))
                return process.ExitCode == 0;
            process.Kill();
            return false;
        }
        catch (Win32Exception)
        {
            return false; // no docker client on this machine
        }
    }
}
