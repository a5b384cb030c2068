using System.Collections.Immutable;
using System.Text.Json;

namespace OrchestratorFunctions.Local.Importing;

/// <summary>A key of a file, as it stands there.</summary>
/// <param name="Line">On which the one that counts stands, from 1.</param>
/// <param name="Times">How often it stands there; the last one counts, as in orchestrator.</param>
internal sealed record OldEntry(string Key, JsonElement Value, int Line, int Times);

/// <summary>
/// A configuration of orchestrator's. Keys are found whatever their case is, as there. A key that is absent or of the
/// wrong kind reads as it does when it is off or empty.
/// </summary>
internal sealed class OldConfig(
    ImmutableArray<OldEntry> entries, Func<string, (CredentialsFile? Read, string Problem)> credentials)
{
    private readonly Dictionary<string, JsonElement> values =
        entries.ToDictionary(e => e.Key, e => e.Value, StringComparer.OrdinalIgnoreCase);

    private (CredentialsFile? Read, string Problem)? topologyCredentials;

    public ImmutableArray<OldEntry> Entries => entries;

    /// <summary>The account that a file of its own names; null when there is none that can be read.</summary>
    public CredentialsFile? Credentials => CredentialsOrProblem.Read;

    public (CredentialsFile? Read, string Problem) CredentialsOrProblem => topologyCredentials ??=
        Text("MySQLTopologyCredentialsConfigFile") is { Length: > 0 } path ? credentials(path) : (null, "");

    public bool Has(string key) => values.TryGetValue(key, out var value) && value.ValueKind != JsonValueKind.Null;

    public bool IsOn(string key) => Find(key, JsonValueKind.True) is not null;

    public bool IsOff(string key) => Find(key, JsonValueKind.False) is not null;

    public string Text(string key) => Find(key, JsonValueKind.String)?.GetString()?.Trim() ?? "";

    public long? Number(string key) =>
        Find(key, JsonValueKind.Number) is { } value && value.TryGetInt64(out var number) ? number : null;

    public ImmutableArray<string> List(string key) => Find(key, JsonValueKind.Array) is { } list
        ? [.. list.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!.Trim())]
        : [];

    private JsonElement? Find(string key, JsonValueKind kind) =>
        values.TryGetValue(key, out var value) && value.ValueKind == kind ? value : null;
}
