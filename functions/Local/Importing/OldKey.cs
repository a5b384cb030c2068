using System.Collections.Immutable;
using System.Text.Json;

namespace OrchestratorFunctions.Local.Importing;

/// <summary>What kind of value a key has in orchestrator.</summary>
internal enum ValueShape
{
    /// <summary>It is not read here, so it may be anything.</summary>
    Any,
    Switch,
    Number,
    Text,
    List,
    Map,
}

/// <summary>A key of orchestrator's configuration: a row of <see cref="KeyTable"/>.</summary>
/// <param name="Carry">What becomes of a value of the right kind.</param>
internal sealed record OldKey(string Name, ValueShape Shape, Func<OldValue, IEnumerable<ImportLine>> Carry)
{
    /// <summary>The settings of ours that it may end in.</summary>
    public ImmutableArray<string> Settings { get; init; } = [];

    /// <summary>A rule that keeps something from happening, which must not get lost silently.</summary>
    public bool Forbids { get; init; }

    /// <summary>Its value is never printed and never written.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What is told and written besides when the key is absent or could not be carried over.</summary>
    public Func<OldConfig, ImportLine?> Otherwise { get; init; } = _ => null;

    /// <summary>Empty when the value is of the right kind.</summary>
    public string WhyNot(JsonElement value) => (Shape, value.ValueKind) switch
    {
        (ValueShape.Any, _) => "",
        (ValueShape.Switch, JsonValueKind.True or JsonValueKind.False) => "",
        (ValueShape.Number, JsonValueKind.Number) => OldValue.IsInRange(value) ? "" : OldValue.Range,
        (ValueShape.Text, JsonValueKind.String) => "",
        (ValueShape.List, JsonValueKind.Array) =>
            value.EnumerateArray().All(i => i.ValueKind == JsonValueKind.String) ? "" : "expected a list of texts",
        (ValueShape.Map, JsonValueKind.Object) => "",
        _ => $"expected {Expected}, found {NameOf(value.ValueKind)}",
    };

    private string Expected => Shape switch
    {
        ValueShape.Switch => "true or false",
        ValueShape.Number => "a number",
        ValueShape.Text => "a text",
        ValueShape.List => "a list of texts",
        _ => "an object",
    };

    private static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "a text",
        JsonValueKind.Array => "a list",
        _ => "an object",
    };
}

/// <summary>A value of the right kind, in the configuration it comes from.</summary>
internal readonly record struct OldValue(OldConfig Config, string Key, JsonElement Element)
{
    private const long Most = 1_000_000_000;

    public static string Range => $"expected a whole number from 0 to {Most}";

    public bool IsOn => Element.ValueKind == JsonValueKind.True;

    public string Text => Config.Text(Key);

    public long Number => Config.Number(Key) ?? 0;

    public ImmutableArray<string> List => Config.List(Key);

    /// <summary>Off, empty or nothing: what the key asks for is not asked for.</summary>
    public bool IsIdle => Element.ValueKind switch
    {
        JsonValueKind.String => Text.Length == 0,
        JsonValueKind.Number => Element.TryGetInt64(out var number) && number == 0,
        JsonValueKind.Array => Element.GetArrayLength() == 0,
        JsonValueKind.Object => !Element.EnumerateObject().Any(),
        _ => !IsOn,
    };

    public static bool IsInRange(JsonElement value) => value.TryGetInt64(out var number) && number is >= 0 and <= Most;

    public ImportLine Maps(string setting, object value, string says = "") =>
        Line(ImportGroup.Maps, says) with { Settings = [new(setting, value)] };

    public ImportLine Changes(string setting, object value, string says) =>
        Line(ImportGroup.Changes, says) with { Settings = [new(setting, value)] };

    public ImportLine Line(ImportGroup group, string says) => new(Key, group, says);
}
