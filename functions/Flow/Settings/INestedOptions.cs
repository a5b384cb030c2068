namespace OrchestratorFunctions.Flow.Settings;

/// <summary>Options with lists in them: settings whose names have more parts than the section and one.</summary>
public interface INestedOptions
{
    /// <summary>Takes one in.</summary>
    /// <param name="key">Its name without the section, parts parted by colons.</param>
    /// <returns>What is wrong with it, with its name; null when it was taken.</returns>
    string? Take(string key, string value);
}
