namespace OrchestratorFunctions.Api;

/// <summary>Section <c>Api</c>: what callers may do.</summary>
public sealed class ApiOptions
{
    public const string Section = "Api";

    /// <summary>Answer questions only.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>Header in which the sign-in in front of us names the user; set by it, not by the client. Azure's names it so.</summary>
    public string UserHeader { get; set; } = "X-MS-CLIENT-PRINCIPAL-NAME";

    /// <summary>Users who may act, parted by commas; <c>*</c> for everybody who reaches us.</summary>
    public string PowerUsers { get; set; } = "*";

    /// <summary>Why a user may not act, naming the setting that would change it; null when nothing stands against it.</summary>
    internal string? WhyNot(string user)
    {
        if (ReadOnly) return "this installation answers questions only (Api:ReadOnly)";
        var allowed = PowerUsers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (allowed.Contains("*") || (user.Length > 0 && allowed.Contains(user, StringComparer.OrdinalIgnoreCase))) return null;
        return user.Length == 0 ? $"nobody is signed in ({UserHeader}), and only those in Api:PowerUsers may act" : $"user '{user}' is not in Api:PowerUsers";
    }
}
