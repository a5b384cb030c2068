using System.Net.Http.Headers;
using System.Text.Json;

namespace OrchestratorFunctions.Local.Cli.Old;

/// <summary>
/// Runs a command line in orchestrator's words. It asks a running <c>serve</c> where <c>ORCHESTRATOR_API</c> or
/// <c>-api</c> names one, and the storage directly where none does; which of the two it was is said on standard error.
/// </summary>
internal static class OldCommandLine
{
    /// <summary>The exit code: 0 done, 1 refused or failed, 2 a command line that cannot be read.</summary>
    /// <param name="direct">Opens the storage by the settings of our own command lines, and runs what is given.</param>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, Func<IReadOnlyList<string>, Func<Run, Task<int>>, Task<int>> direct)
    {
        var (given, problem) = OldArguments.Read(arguments);
        if (given is null) return await FailAsync(problem, Exit.BadInput);
        if (given.Command is "help" or "") return Help();
        var addresses = given["api"].Length > 0 ? given["api"] : Variable("ORCHESTRATOR_API");
        if (addresses.Length == 0)
            return await direct(given.Ours, async run =>
            {
                await using var api = new DirectOldApi(run.Room, Environment.UserName, run.Cancel);
                return await AskAsync(api, given, run.Cancel);
            });
        using var remote = await RemoteOldApi.FindAsync(addresses, SignInOf(given, Variable), default);
        return await OverHttpAsync(remote, given);
    }

    private static async Task<int> OverHttpAsync(RemoteOldApi remote, OldArguments given)
    {
        try
        {
            return await AskAsync(remote, given, default);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException)
        {
            return await FailAsync($"{given.Command}: no answer {remote.Where}: {e.Message}", Exit.Refused);
        }
    }

    private static async Task<int> AskAsync(IOldApi api, OldArguments given, CancellationToken cancel)
    {
        await Console.Error.WriteLineAsync($"orchestrator: {api.Where}");
        var command = OldCommands.Of(given.Command);
        foreach (var instance in command.RunsFor(given))
        {
            var (path, missing) = command.PathFor(given, instance);
            if (path is null) return await FailAsync(missing, Exit.BadInput);
            var answer = await api.AskAsync(path, cancel);
            if (OldAnswers.ErrorOf(answer) is { } error) return await FailAsync(error, Exit.Refused);
            foreach (var line in command.Print(answer)) Console.WriteLine(line);
        }
        return Exit.Done;
    }

    private static int Help()
    {
        Console.WriteLine("Usage: orchestrator -c COMMAND [-i HOST:PORT] [-d HOST:PORT] [-a ALIAS] …");
        Console.WriteLine("Commands:");
        foreach (var command in OldCommands.All) Console.WriteLine($"  {command.Name}");
        return Exit.Done;
    }

    /// <summary>What stands on the command line is meant before what stands in the environment.</summary>
    /// <param name="variable">Empty for one that is not set.</param>
    internal static AuthenticationHeaderValue? SignInOf(OldArguments given, Func<string, string> variable)
    {
        if (given["auth"].Length > 0) return RemoteOldApi.Basic(given["auth"]);
        if (variable("ORCHESTRATOR_API_TOKEN") is { Length: > 0 } token) return RemoteOldApi.Bearer(token.Trim());
        return variable("ORCHESTRATOR_AUTH_USER") is { Length: > 0 } user
            ? RemoteOldApi.Basic($"{user}:{variable("ORCHESTRATOR_AUTH_PASSWORD")}")
            : null;
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? "";

    private static async Task<int> FailAsync(string sentence, int code)
    {
        await Console.Error.WriteLineAsync(sentence);
        return code;
    }
}
