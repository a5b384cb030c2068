using System.CommandLine;
using System.Text.Json;
using Azure;
using Azure.Identity;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Local.Settings;

namespace OrchestratorFunctions.Local.Cli;

/// <summary>Exit codes, the same for every command.</summary>
public static class Exit
{
    public const int Done = 0, Refused = 1, BadInput = 2, NoStorage = 3, OwnError = 4;
}

/// <summary>One command under way: the room, where output goes, and a word when it takes long.</summary>
public sealed class Run(LocalRoom room, ILoggerFactory loggers, bool json, CancellationToken cancel)
{
    /// <summary>A command that takes longer says what it is waiting for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public LocalRoom Room => room;
    public ILoggerFactory Loggers => loggers;
    public bool Json => json;
    public CancellationToken Cancel => cancel;

    /// <summary>
    /// Reads settings, opens the room, runs the command and turns what goes wrong into one line and an exit code.
    /// </summary>
    public static async Task<int> WithAsync(
        ParseResult parsed, CommonOptions common, string name, Func<Run, Task<int>> act, CancellationToken cancel)
    {
        var (settings, problems) = LocalSettings.Read(parsed.GetValue(common.Config), parsed.GetValue(common.Set) ?? []);
        if (problems.Length == 0 && name == "serve") problems = [.. settings.WhyNotServed()];
        if (problems.Length > 0)
        {
            foreach (var problem in problems) await Console.Error.WriteLineAsync(problem);
            return Exit.BadInput;
        }
        using var loggers = Logging(parsed.GetValue(common.Verbose) || name == "serve");
        await using var progress = new Progress(name, Patience);
        try
        {
            await using var room = await LocalRoom.OpenAsync(settings, loggers, new BeatTime(), cancel);
            if (name == "serve") progress.Stop();
            return await act(new Run(room, loggers, parsed.GetValue(common.Json), cancel));
        }
        catch (Exception e) when (IsOfStorage(e))
        {
            await Console.Error.WriteLineAsync(
                $"{name}: storage cannot be used: {OneLine(e)}; check Storage:ConnectionString or Storage:AccountName");
            return Exit.NoStorage;
        }
        catch (StorageLimitException e)
        {
            await Console.Error.WriteLineAsync($"{name}: {OneLine(e)}");
            return Exit.Refused;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return name == "serve" ? Exit.Done : Exit.Refused;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await Console.Error.WriteLineAsync($"{name}: a mistake in this program, please report it: {e}");
            return Exit.OwnError;
        }
    }

    // Without an emulator there is no storage, and its starter says why.
    private static bool IsOfStorage(Exception e) =>
        e is RequestFailedException or HttpRequestException or AuthenticationFailedException or EmulatorException
        || (e is AggregateException several && several.InnerExceptions.All(IsOfStorage));

    public int Fail(string sentence, int code = Exit.Refused)
    {
        if (json) Print(new { problem = sentence });
        Console.Error.WriteLine(sentence);
        return code;
    }

    public static void Print<T>(T value) => Console.WriteLine(JsonSerializer.Serialize(value, CoreJson.Indented));

    public static void Print(string text) => Console.WriteLine(text.TrimEnd('\n'));

    /// <summary>The cluster an operator means; null after the refusal was printed.</summary>
    public async Task<ClusterId?> FindAsync(string name)
    {
        var (cluster, refusal) = (await room.Flow.Verbs.Names.ReadAsync(cancel)).Cluster(name);
        if (cluster is null) Fail(refusal!.Says, Exit.BadInput);
        return cluster?.Id;
    }

    private static ILoggerFactory Logging(bool verbose) => LoggerFactory.Create(b => b
        .SetMinimumLevel(verbose ? LogLevel.Information : LogLevel.None)
        .AddFilter("Microsoft", verbose ? LogLevel.Warning : LogLevel.None)
        .AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace)
        .AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat, o.UseUtcTimestamp) = (true, "HH:mm:ss.fff ", true)));

    private static string OneLine(Exception e) =>
        (e is AggregateException a ? a.InnerExceptions[0].Message : e.Message).Split('\n')[0].Trim();
}
