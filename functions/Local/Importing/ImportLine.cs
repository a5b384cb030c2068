using System.Collections.Immutable;

namespace OrchestratorFunctions.Local.Importing;

/// <summary>One thing that is told of a key.</summary>
/// <param name="Key">As orchestrator spells it; as the file does when orchestrator does not know it.</param>
/// <param name="Says">Empty where the settings say it all. Never a secret, nor a value that was not understood.</param>
internal sealed record ImportLine(string Key, ImportGroup Group, string Says)
{
    /// <summary>What is written; empty for nothing.</summary>
    public ImmutableArray<ImportedSetting> Settings { get; init; } = [];

    /// <summary>What has to be set in the environment of the program, because it is not written.</summary>
    public ImmutableArray<string> Variables { get; init; } = [];

    /// <summary>Its key forbade something, so that recoveries are not left to themselves without it.</summary>
    public bool Forbids { get; init; }
}

/// <summary>A setting of ours with the value it gets.</summary>
/// <param name="Name">As in <c>Watch:Interval</c>.</param>
/// <param name="Value">A text, a <see cref="bool"/> or a <see cref="long"/>.</param>
internal sealed record ImportedSetting(string Name, object Value)
{
    /// <summary>It is written and not shown: a command may hold a secret.</summary>
    public bool IsHidden { get; init; }

    public string Text => Value switch
    {
        bool isOn => isOn ? "true" : "false",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => (string)Value,
    };

    /// <summary>Under which the program reads the setting from its environment.</summary>
    public static string VariableOf(string setting) =>
        Local.Settings.LocalSettings.EnvironmentPrefix + setting.Replace(":", "__", StringComparison.Ordinal);
}
