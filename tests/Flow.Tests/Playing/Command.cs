namespace OrchestratorFunctions.Flow.Tests.Playing;

/// <summary>One command of a play.</summary>
/// <param name="name">Its first word.</param>
/// <param name="words">How many words may follow that are no arguments.</param>
/// <param name="arguments">The names before <c>=</c> it takes.</param>
internal abstract class Command(string name, int words, params string[] arguments)
{
    public string Name => name;

    public int Words => words;

    public IReadOnlyList<string> Arguments => arguments;

    /// <returns>What it prints; null when it prints nothing.</returns>
    public abstract string? Run(Scene scene, CommandLine line);
}
