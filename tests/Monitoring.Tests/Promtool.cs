using System.Diagnostics;

namespace OrchestratorFunctions.Monitoring.Tests;

/// <summary>The programs of Prometheus, where they are installed.</summary>
internal static class Promtool
{
    /// <summary>Runs promtool beside the files of the repository; skips the test where there is none.</summary>
    public static (int Code, string Says) Run(params string[] arguments)
    {
        SkipWithout("promtool");
        var start = new ProcessStartInfo("promtool", arguments) { WorkingDirectory = Tree.PathOf("infra/monitoring"), RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }

    public static void SkipWithout(string program)
    {
        var isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(d => File.Exists(Path.Combine(d, program)));
        Assert.SkipUnless(isThere, $"{program} is not installed here (Debian has it in the package prometheus)");
    }
}
