using System.Globalization;
using System.Text.Json;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>The small shapes that orchestrator's answers are made of.</summary>
internal static class LegacyJson
{
    private const int BinaryLog = 0, RelayLog = 1;

    /// <summary><c>{Hostname, Port}</c>; of no server <c>{"", 0}</c>.</summary>
    public static void WriteKeyValue(this Utf8JsonWriter json, InstanceKey? key)
    {
        json.WriteStartObject();
        json.WriteString("Hostname", key?.Host ?? "");
        json.WriteNumber("Port", key?.Port ?? 0);
        json.WriteEndObject();
    }

    public static void WriteKey(this Utf8JsonWriter json, string name, InstanceKey? key)
    {
        json.WritePropertyName(name);
        json.WriteKeyValue(key);
    }

    public static void WriteKeys(this Utf8JsonWriter json, string name, IEnumerable<InstanceKey> keys)
    {
        json.WritePropertyName(name);
        json.WriteKeyValues(keys);
    }

    public static void WriteKeyValues(this Utf8JsonWriter json, IEnumerable<InstanceKey> keys)
    {
        json.WriteStartArray();
        foreach (var key in keys) json.WriteKeyValue(key);
        json.WriteEndArray();
    }

    public static void WriteTexts(this Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WritePropertyName(name);
        json.WriteStartArray();
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    /// <summary>A number that may not be known: <c>{Int64, Valid}</c>.</summary>
    public static void WriteMaybe(this Utf8JsonWriter json, string name, long? number)
    {
        json.WriteStartObject(name);
        json.WriteNumber("Int64", number ?? 0);
        json.WriteBoolean("Valid", number is not null);
        json.WriteEndObject();
    }

    /// <summary>A place in a binary log.</summary>
    public static void WritePosition(this Utf8JsonWriter json, string name, BinlogPosition? position) =>
        json.WritePosition(name, position, BinaryLog);

    /// <summary>A place in a relay log; nobody here asks for it.</summary>
    public static void WriteNoRelayPosition(this Utf8JsonWriter json, string name) =>
        json.WritePosition(name, null, RelayLog);

    /// <summary>As a database gives it: <c>2026-01-31 12:00:00</c> in UTC; empty when there is none.</summary>
    public static void WriteTime(this Utf8JsonWriter json, string name, DateTimeOffset? at) =>
        json.WriteString(name, TimeOf(at));

    public static string TimeOf(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";

    private static void WritePosition(this Utf8JsonWriter json, string name, BinlogPosition? position, int type)
    {
        json.WriteStartObject(name);
        json.WriteString("LogFile", position?.File ?? "");
        json.WriteNumber("LogPos", position?.Position ?? 0);
        json.WriteNumber("Type", type);
        json.WriteEndObject();
    }
}
