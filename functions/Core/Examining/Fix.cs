namespace OrchestratorFunctions.Core.Examining;

/// <summary>Where a fix is carried out.</summary>
public enum FixKind
{
    /// <summary>Statements for one server.</summary>
    Statement,
    /// <summary>Lines for the configuration file of one server, which has to be restarted for them.</summary>
    ServerFile,
    /// <summary>A setting of this program.</summary>
    Setting,
    /// <summary>A command of this program.</summary>
    Command,
    /// <summary>What no single statement does.</summary>
    Advice,
}

/// <summary>What removes a finding, or a part of what removes it.</summary>
/// <param name="On">The server it is carried out on; empty where it is carried out here.</param>
/// <param name="Text">To be copied, except for an advice.</param>
public sealed record Fix(FixKind Kind, string On, string Text)
{
    private const string Program = "orchestrator";

    public static Fix Setting(string text) => new(FixKind.Setting, "", text);

    public static Fix Command(string text) => new(FixKind.Command, "", $"{Program} {text}");

    public static Fix Advice(string text) => new(FixKind.Advice, "", text);

    /// <summary>The whole as one line.</summary>
    public string Says => Kind switch
    {
        FixKind.Statement => $"on {On}: {Text}",
        FixKind.ServerFile => $"in the configuration file of {On}: {Text}",
        FixKind.Setting => $"setting {Text}",
        FixKind.Command => $"run: {Text}",
        _ => Text,
    };
}
