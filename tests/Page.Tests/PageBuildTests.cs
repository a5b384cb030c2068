using System.Diagnostics;

namespace OrchestratorFunctions.Page.Tests;

/// <summary>How the page is built and tested by Node.js.</summary>
public sealed class PageBuildTests
{
    [Fact]
    public async Task Building_without_Node_says_in_one_sentence_what_is_missing()
    {
        var (code, output) = await RunAsync("functions/Api", "dotnet", "build", "-t:FindNode", "-p:Node=no-such-node", "-c", "Release", "--nologo", "-v", "quiet", "--disable-build-servers");
        Assert.NotEqual(0, code);
        Assert.Contains("The page in web/ is built by Node.js 20.19 or later with npm, and 'no-such-node' is not that: install it, or build without the page with -p:WithPage=false.", output, StringComparison.Ordinal);
        Assert.Single(output.Split('\n').Where(l => l.Contains("error", StringComparison.OrdinalIgnoreCase) && !l.Contains("Error(s)", StringComparison.Ordinal)).Select(l => l.Trim()).Distinct());
    }

    [Fact]
    public async Task The_pages_own_tests_pass()
    {
        var (code, output) = await RunAsync("web", "npx", "--no-install", "vitest", "run");
        Assert.True(code == 0, output);
        Assert.Contains("passed", output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Path.Combine(Play.Root(), folder), RedirectStandardOutput = true, RedirectStandardError = true };
        // What runs these tests is told by them, and not to what they start.
        (start.Environment["NO_COLOR"], start.Environment["CI"]) = ("1", "1");
        using var process = Process.Start(start)!;
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(4));
        return (process.ExitCode, string.Join('\n', await output));
    }
}
