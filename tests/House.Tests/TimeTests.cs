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

    /// <summary>What times, schedules or names something by itself cannot be turned, stopped or repeated from outside.</summary>
    [Fact]
    public void What_acts_asks_what_it_was_given_for_time_threads_and_chance() =>
        Tree.Under(".cs", "functions/Flow/", "functions/MySql/").SelectMany(Escapes)
            .MustBeNone("Flow and MySql take time from a TimeProvider, start no threads and throw no dice");

    private static IEnumerable<string> Escapes(TreeFile file) =>
    [
        .. Code.Uses(file, "Environment", "TickCount", "TickCount64"),
        .. Code.Uses(file, "Stopwatch", "StartNew", "GetTimestamp", "GetElapsedTime"),
        .. Code.Uses(file, "Task", "Run"), .. Code.Uses(file, "Task.Factory", "StartNew"), .. Code.Uses(file, "TaskScheduler", "Default"),
        .. Code.Uses(file, "Parallel", "For", "ForEach", "ForEachAsync", "Invoke"),
        .. Code.Uses(file, "Random", "Shared"), .. Code.Uses(file, "Guid", "NewGuid", "CreateVersion7"),
        .. Code.Nodes<ObjectCreationExpressionSyntax>(file).Where(c => c.Type.ToString() is "Stopwatch" or "Random" or "Thread"
            || (c.Type.ToString() == "CancellationTokenSource" && c.ArgumentList?.Arguments.Count == 1)).Select(c => $"{file.At(c)} {c}"),
        .. Code.Nodes<InvocationExpressionSyntax>(file)
            .Where(i => i.Expression.ToString() == "Task.Delay" && !i.ArgumentList.Arguments.Any(IsClock)).Select(i => $"{file.At(i)} {i}"),
        .. Code.Nodes<InvocationExpressionSyntax>(file)
            .Where(i => i.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "CancelAfter" }).Select(i => $"{file.At(i)} {i}"),
    ];

    private static bool IsClock(ArgumentSyntax argument) =>
        argument.ToString() is "time" or "Time" || argument.ToString().EndsWith(".Time", StringComparison.Ordinal);
}
