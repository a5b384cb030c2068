using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrchestratorFunctions.House.Tests;

public class TimeTests
{
    [Fact]
    public void Nothing_blocks_a_thread_to_wait() =>
        Tree.Sources.SelectMany(f => Code.Uses(f, "Thread", "Sleep")).MustBeNone("waiting is asynchronous, and in tests on a fake clock");

    [Fact]
    public void Tests_do_not_wait_for_real_time()
    {
        var found = Tree.Under(".cs", "tests/").SelectMany(f => Code.Nodes<InvocationExpressionSyntax>(f)
            .Where(i => i.Expression.ToString() == "Task.Delay" && !i.ArgumentList.Arguments.Any(IsNoRealTime)).Select(i => (f.Path, $"{f.At(i)} {i}"))).ToArray();
        Exceptions.Except(found, Exceptions.Polling).MustBeNone("a test moves a fake clock; what polls something outside stands in Exceptions.Polling");
    }

    // For ever, which is what a hung server takes, or on a clock that was handed in.
    private static bool IsNoRealTime(ArgumentSyntax argument) => argument.ToString() is "Timeout.Infinite" or "Timeout.InfiniteTimeSpan" or "time" or "clock";

    [Fact]
    public void The_product_asks_a_TimeProvider_for_the_time()
    {
        var found = Tree.Under(".cs", "functions/").SelectMany(f => Code.Uses(f, "DateTime", "Now", "UtcNow", "Today").Concat(Code.Uses(f, "DateTimeOffset", "Now", "UtcNow")).Select(u => (f.Path, u))).ToArray();
        Exceptions.Except(found, Exceptions.Clocks, strict: false).MustBeNone("the time comes from a TimeProvider, in Core as a parameter");
    }
}
