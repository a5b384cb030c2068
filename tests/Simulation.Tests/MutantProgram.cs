using System.Diagnostics;

namespace OrchestratorFunctions.Simulation.Tests;

/// <summary>
/// A mutated simulator in a folder of its own, run as a process of its own: nothing of it is left in the tests, and one
/// that breaks is named.
/// </summary>
internal sealed class MutantProgram : IDisposable
{
    private static readonly string[] Parts =
    [
        "OrchestratorFunctions.Core.dll", "OrchestratorFunctions.Simulation.dll",
        "OrchestratorFunctions.Simulation.deps.json", "OrchestratorFunctions.Simulation.runtimeconfig.json",
    ];

    private readonly Mutation mutation;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mutant-");

    public MutantProgram(Mutation mutation)
    {
        this.mutation = mutation;
        foreach (var part in Parts) File.Copy(Path.Combine(MutantCompiler.Built, part), Path.Combine(folder.FullName, part));
        try
        {
            MutantCompiler.Write(mutation, folder.FullName);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The first history that breaks an invariant, as the simulator prints it; null when none of them does.</summary>
    /// <exception cref="InvalidOperationException">It ended neither with a violation nor without one: what it printed.</exception>
    public async Task<string?> Search(ulong seeds, CancellationToken ct)
    {
        var start = new ProcessStartInfo("dotnet", ArgumentsFor(seeds)) { RedirectStandardOutput = true, RedirectStandardError = true };
        // As scripts/simulate: most of what a history makes lives for a moment.
        start.Environment["DOTNET_GCgen0size"] = "0x4000000";
        using var process = Process.Start(start)!;
        await using var end = ct.Register(process.Kill);
        var (said, failed) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        await process.WaitForExitAsync(CancellationToken.None);
        ct.ThrowIfCancellationRequested();
        return process.ExitCode switch
        {
            0 => null,
            1 => await said,
            var code => throw new InvalidOperationException($"the simulator with code that {mutation.Name} ended with {code}:\n{await failed}{await said}"),
        };
    }

    public void Dispose() => folder.Delete(recursive: true);

    private string[] ArgumentsFor(ulong seeds) =>
    [
        Path.Combine(folder.FullName, "OrchestratorFunctions.Simulation.dll"), "--first", "--from", $"{mutation.From}", "--seeds", $"{seeds}",
        "--mode", mutation.Mode, "--flavour", mutation.Flavour, .. mutation.Moves ? (string[])["--moves"] : [],
    ];
}
