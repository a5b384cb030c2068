using System.ComponentModel;
using System.Diagnostics;

namespace OrchestratorFunctions.Fleet.Servers;

/// <summary>Runs a program of this machine to its end.</summary>
internal static class Shell
{
    /// <param name="input">What it reads; null for nothing.</param>
    /// <exception cref="FleetException">It is not installed here (3).</exception>
    public static async Task<(int Code, string Output, string Error)> RunAsync(
        string program, IEnumerable<string> arguments, string? input = null, CancellationToken cancel = default)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Begin(start);
        await using var end = cancel.Register(process.Kill);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        await WriteAsync(process, input);
        await process.WaitForExitAsync(CancellationToken.None);
        cancel.ThrowIfCancellationRequested();
        return (process.ExitCode, await output, await error);
    }

    /// <summary>What it printed, without the last line's end.</summary>
    /// <exception cref="FleetException">It is not installed here (3), or it failed: its last line.</exception>
    public static async Task<string> OutputAsync(
        string program, IEnumerable<string> arguments, string? input = null, CancellationToken cancel = default)
    {
        var (code, output, error) = await RunAsync(program, arguments, input, cancel);
        if (code == 0) return output.TrimEnd('\n');
        var last = error.Trim().Split('\n')[^1];
        throw new FleetException(code == 3 ? 3 : 1, last.Length > 0 ? last : $"{program} ended with {code}");
    }

    // One that has ended already reads nothing more, and its exit code says why.
    private static async Task WriteAsync(Process process, string? input)
    {
        try
        {
            if (input is not null) await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
        }
    }

    private static Process Begin(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new FleetException(3, $"the program '{start.FileName}' is needed and is not installed here.");
        }
    }
}
