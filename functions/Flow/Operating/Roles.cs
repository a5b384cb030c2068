namespace OrchestratorFunctions.Flow.Operating;

/// <summary>The names of roles, as people write them: lower case.</summary>
public static class Roles
{
    /// <summary>Those that a caller can have.</summary>
    public static IReadOnlyList<string> Names { get; } = [NameOf(Role.Read), NameOf(Role.Operate), NameOf(Role.Power)];

    /// <summary><c>read</c>, <c>operate</c> or <c>power</c>; <c>none</c> for none.</summary>
    public static string NameOf(Role role) => role.ToString().ToLowerInvariant();

    /// <summary>Null when a text names no role that a caller can have.</summary>
    public static Role? Of(string text) => text switch
    {
        "read" => Role.Read,
        "operate" => Role.Operate,
        "power" => Role.Power,
        _ => null,
    };

    /// <summary>Whether something is changed by who has this role.</summary>
    public static bool Acts(this Role role) => role >= Role.Operate;
}
