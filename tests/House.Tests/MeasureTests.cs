using System.Globalization;

namespace OrchestratorFunctions.House.Tests;

/// <summary>How calm the code is to read, in numbers. They are printed, and may only get better.</summary>
public class MeasureTests(ITestOutputHelper output)
{
    private const int Columns = 120;

    /// <param name="wide">Lines over 120 columns, of a hundred.</param>
    /// <param name="mean">Columns of a line of code.</param>
    /// <param name="branches">Of: if &amp;&amp; || ?? ?: when is, in a hundred lines of code.</param>
    [Theory]
    [InlineData("functions/", 0.6, 56, 35)]
    [InlineData("functions/Core/", 0.4, 56, 45)]
    [InlineData("functions/Core/Planning/", 0, 56, 45)]
    public void Code_stays_as_calm_as_it_is(string folder, double wide, double mean, double branches)
    {
        TreeFile[] files = [.. Tree.Under(".cs", folder)];
        string[] lines = [.. files.SelectMany(f => f.Lines).Where(l => l.Trim().Length > 0)];
        string[] code = [.. lines.Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal))];
        var (isWide, isLong) = (100.0 * lines.Count(l => l.Length > Columns) / lines.Length, code.Average(l => l.Length));
        var isBranching = 100.0 * files.Sum(f => f.Branches.Values.Sum()) / code.Length;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{folder} {code.Length} lines of code; {isWide:0.0} % of all lines over {Columns} columns; mean {isLong:0.0}; {isBranching:0.0} branches in 100 lines"));
        Assert.InRange(isWide, 0, wide);
        Assert.InRange(isLong, 0, mean);
        Assert.InRange(isBranching, 0, branches);
    }
}
