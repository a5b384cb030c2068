using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// The one way Core's values become JSON: enums by name, keys and positions as their text. A member this version does
/// not know is skipped.
/// </summary>
public static class CoreJson
{
    public static JsonSerializerOptions Options { get; } = Create(indented: false);

    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    private static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            WriteIndented = indented,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            AllowOutOfOrderMetadataProperties = true,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { DropComputed } },
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new JsonStringEnumConverter());
        options.Converters.Add(new TextConverter<InstanceKey>(InstanceKey.Parse, k => k.ToString()));
        options.Converters.Add(new TextConverter<ClusterId>(t => new ClusterId(t), c => c.Value));
        options.Converters.Add(new TextConverter<BinlogPosition>(BinlogPosition.Parse, p => p.ToString()));
        options.Converters.Add(new TextConverter<ServerVersion>(t => ServerVersion.Parse(t), v => v.Text));
        options.Converters.Add(new TextConverter<PlanKind>(PlanKinds.Of, k => k.Name));
        options.Converters.Add(new TextConverter<StepTarget>(StepTarget.Parse, t => t.ToString()));
        options.Converters.Add(new GtidConverter());
        options.MakeReadOnly();
        return options;
    }

    // What Core computes from the rest is not written. Shapes the API makes for an answer keep everything.
    private static void DropComputed(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.Type.Assembly != typeof(CoreJson).Assembly) return;
        for (var i = type.Properties.Count - 1; i >= 0; i--)
            if (type.Properties[i].Set is null) type.Properties.RemoveAt(i);
    }

    private sealed class TextConverter<T>(Func<string, T> parse, Func<T, string> format) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.GetString() ?? throw new JsonException($"expected a {typeof(T).Name} as text");
            try
            {
                return parse(text);
            }
            catch (FormatException e)
            {
                throw new JsonException(e.Message, e);
            }
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(format(value));
    }

    // Both flavours share a base type; the prefix tells them apart, since an empty set looks the same in both.
    private sealed class GtidConverter : JsonConverter<GtidPosition>
    {
        private const string MariaDb = "mariadb:";

        public override bool CanConvert(Type typeToConvert) => typeof(GtidPosition).IsAssignableFrom(typeToConvert);

        public override GtidPosition Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.GetString() ?? "";
            try
            {
                return text.StartsWith(MariaDb, StringComparison.Ordinal)
                    ? MariaDbGtidSet.Parse(text[MariaDb.Length..])
                    : GtidSet.Parse(text);
            }
            catch (FormatException e)
            {
                throw new JsonException(e.Message, e);
            }
        }

        public override void Write(Utf8JsonWriter writer, GtidPosition value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value is MariaDbGtidSet ? MariaDb + value : value.ToString());
    }
}
