using System.Text.Json.Serialization;

namespace OrchestratorFunctions.Core.Planning.Records;

/// <summary>What a person wants a change of one server to be like, as far as its kind asks.</summary>
public sealed record ChangeDetails
{
    public static ChangeDetails None { get; } = new();

    /// <summary>The delay to keep, zero for none; null where none was said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? DelaySeconds { get; init; }

    /// <summary>What was received is applied before the applier is stopped.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AppliesFirst { get; init; }

    /// <summary>Whether it shall wait for acknowledgements as a source; null: as it does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Waits { get; init; }

    /// <summary>Whether it shall acknowledge as a replica; null: as it does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Acknowledges { get; init; }

    /// <summary>The oldest binary log file that stays, or <see cref="Newest"/>; empty where none was said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string LogFile { get; init; } = "";

    /// <summary>The file that is written now, in place of a name.</summary>
    public const string Newest = "latest";

    /// <summary>The number of a session in the server's process list; null where none was said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Session { get; init; }

    /// <summary>
    /// What the person takes upon themselves: a check that keeps others from harm is left out, where its refusal says
    /// so.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsForced { get; init; }

    /// <summary>Of many servers, those in whose name this regular expression is found; empty for all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string Pattern { get; init; } = "";
}
