using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Hooks;
using OrchestratorFunctions.Local.Settings;

namespace OrchestratorFunctions.Local.Hooking;

/// <summary>
/// Runs commands of hooks by a shell of this machine. A command agrees by exit code 0. It reads nothing, what it prints
/// is read to the end and kept in part, and it does not inherit our settings, in which there are secrets (S17).
/// </summary>
/// <param name="shell">A name on the path, or a path.</param>
internal sealed class ShellCommands(string shell, TimeProvider time) : ICommandRunner
{
    /// <summary>What it left behind may hold its output open: that is not waited for.</summary>
    private static readonly TimeSpan LastOutput = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public async Task<HookResult> RunAsync(
        string command, HookPoint point, HookFacts facts, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var process = new Process { StartInfo = StartOf(command, point, facts) };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return new HookResult(false, $"the shell of Hooks:Shell could not be started (error {e.NativeErrorCode})");
        }
        process.StandardInput.Close();
        var said = new Kept();
        var reading = Task.WhenAll(
            DrainAsync(process.StandardOutput.BaseStream, said), DrainAsync(process.StandardError.BaseStream, said));
        try
        {
            await process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            throw;
        }
        await Task.WhenAny(reading, Task.Delay(LastOutput, time, CancellationToken.None));
        var (ended, text) = ($"exit code {process.ExitCode}", HookResult.Excerpt(said.Text));
        return new HookResult(process.ExitCode == 0, text.Length > 0 ? $"{ended}: {text}" : ended);
    }

    // What it began as another user, as by sudo, is not ours to end, and goes on.
    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is AggregateException or Win32Exception or InvalidOperationException)
        {
            // Whoever waited for it is told that it was not waited for.
        }
    }

    private ProcessStartInfo StartOf(string command, HookPoint point, HookFacts facts)
    {
        var variables = new HookVariables(facts, Environment.MachineName);
        var start = new ProcessStartInfo(shell)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            UseShellExecute = false, WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(variables.Fill(command));
        foreach (var ours in start.Environment.Keys.Where(IsOurs).ToArray()) start.Environment.Remove(ours);
        foreach (var (name, value) in variables.Environment) start.Environment[name] = value;
        if (point != HookPoint.PostTakeSource) return start;
        // orchestrator gives these two as arguments, and as variables with host and port.
        start.ArgumentList.Add("hook");
        start.ArgumentList.Add(start.Environment["ORC_SUCCESSOR_HOST"] = $"{facts.Successor}");
        start.ArgumentList.Add(start.Environment["ORC_FAILED_HOST"] = $"{facts.Failed}");
        return start;
    }

    private static bool IsOurs(string variable) =>
        variable.StartsWith(LocalSettings.EnvironmentPrefix, StringComparison.OrdinalIgnoreCase);

    private static async Task DrainAsync(Stream stream, Kept kept)
    {
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer) is > 0 and var read) kept.Add(buffer.AsSpan(0, read));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It was ended, and nobody reads on.
        }
    }

    /// <summary>The beginning of what it printed, from both of its outputs.</summary>
    private sealed class Kept
    {
        private readonly byte[] bytes = new byte[HookResult.Longest];
        private int length;

        public string Text
        {
            get
            {
                lock (bytes) return Encoding.UTF8.GetString(bytes, 0, length);
            }
        }

        public void Add(ReadOnlySpan<byte> more)
        {
            lock (bytes)
            {
                var part = more[..Math.Min(more.Length, bytes.Length - length)];
                part.CopyTo(bytes.AsSpan(length));
                length += part.Length;
            }
        }
    }
}
