using System.Text.Json;

namespace OrchestratorFunctions.Local.Cli.Old;

/// <summary>What answers the old words: a running <c>serve</c>, or the storage directly.</summary>
internal interface IOldApi
{
    /// <summary>What stands before the answers, for people: which of the two it is.</summary>
    string Where { get; }

    /// <param name="path">Below <c>/api</c>.</param>
    Task<JsonElement> AskAsync(string path, CancellationToken cancel);
}
