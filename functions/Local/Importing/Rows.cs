using System.Collections.Immutable;
using System.Globalization;

namespace OrchestratorFunctions.Local.Importing;

/// <summary>The forms that rows of the table take.</summary>
internal static class Rows
{
    /// <summary>Why a key is left out that asks for nothing.</summary>
    public const string Idle = "off or empty in the file, so there is nothing to carry over";

    /// <summary>A key whose value is carried over as it is.</summary>
    public static OldKey Same(string name, ValueShape shape, string setting, string says = "") =>
        new(name, shape, v => [OfSame(v, shape, setting, says)]) { Settings = [setting] };

    /// <summary>A key whose lines are made from its value.</summary>
    public static OldKey Row(
        string name, ValueShape shape, Func<OldValue, ImportLine> carry, params ImmutableArray<string> settings) =>
        new(name, shape, v => [carry(v)]) { Settings = settings };

    /// <summary>Keys that are left out for one reason.</summary>
    public static IEnumerable<OldKey> Dropped(string because, params ImmutableArray<string> names) =>
        names.Select(n => new OldKey(n, ValueShape.Any, v => [v.Line(ImportGroup.Dropped, because)]));

    /// <summary>A key that a person has to do something for, unless it is off or empty.</summary>
    public static OldKey Asks(string name, ValueShape shape, string says) =>
        new(name, shape, v => [v.IsIdle ? Nothing(v) : v.Line(ImportGroup.NeedsYou, says)]);

    /// <summary>A key that changes something unless it is off or empty.</summary>
    public static OldKey Differs(string name, ValueShape shape, string says) =>
        new(name, shape, v => [v.IsIdle ? Nothing(v) : v.Line(ImportGroup.Changes, says)]);

    /// <summary>A switch of which both ways are told, each with its group.</summary>
    public static OldKey Either(
        string name, (ImportGroup Group, string Says) on, (ImportGroup Group, string Says) off) =>
        new(name, ValueShape.Switch, v => [v.IsOn ? v.Line(on.Group, on.Says) : v.Line(off.Group, off.Says)]);

    /// <summary>A secret that the program reads from its environment.</summary>
    /// <param name="why">Null when it is asked for; else why it is not.</param>
    public static OldKey Secret(string name, string setting, Func<OldConfig, string?> why) =>
        new(name, ValueShape.Text, v => [OfSecret(v, setting, why(v.Config))])
        {
            Settings = [setting], IsSecret = true,
        };

    public static ImportLine Nothing(OldValue value) => value.Line(ImportGroup.Dropped, Idle);

    /// <summary>A time as our settings take it.</summary>
    public static string Time(long seconds) =>
        TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture);

    private static ImportLine OfSame(OldValue value, ValueShape shape, string setting, string says) => shape switch
    {
        ValueShape.Switch => value.Maps(setting, value.IsOn, says),
        ValueShape.Number => value.Maps(setting, value.Number, says),
        _ => value.Text.Length > 0 ? value.Maps(setting, value.Text, says) : Nothing(value),
    };

    private static ImportLine OfSecret(OldValue value, string setting, string? why)
    {
        if (value.Text.Length == 0) return Nothing(value);
        if (why is not null) return value.Line(ImportGroup.Dropped, why);
        var variable = ImportedSetting.VariableOf(setting);
        var says = Placeholders.VariableOf(value.Text) is { } from
            ? $"set it in the environment of the program: export {variable}=\"${from}\""
            : $"set {variable} in the environment of the program to the value that stands there; "
                + "it is neither shown nor written";
        return value.Line(ImportGroup.NeedsYou, says) with { Variables = [variable] };
    }
}
