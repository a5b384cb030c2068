using System.ComponentModel;

namespace OrchestratorFunctions.Flow.Settings;

/// <summary>
/// Puts given texts into a class of options. What is not known or cannot be read is a problem naming the setting, the
/// value and what would be right.
/// </summary>
public static class OptionBinding
{
    public static void Bind(
        string section, object options, IEnumerable<KeyValuePair<string, string?>> given, ICollection<string> problems)
    {
        var known = options.GetType().GetProperties().Where(p => p.CanWrite).ToArray();
        foreach (var (key, value) in given)
        {
            if (options is INestedOptions nested && key.Contains(':', StringComparison.Ordinal))
            {
                if (nested.Take(key, (value ?? "").TrimEnd('\r', '\n')) is { } wrong)
                    problems.Add($"{section}:{wrong}");
                continue;
            }
            if (known.FirstOrDefault(p => p.Name.Equals(key, StringComparison.OrdinalIgnoreCase)) is not { } property)
            {
                problems.Add($"{section}:{key}: there is no such setting; known are {string.Join(", ", known.Select(p => p.Name))}");
                continue;
            }
            try
            {
                // A secret that came from a file ends with its last line.
                property.SetValue(options, TypeDescriptor.GetConverter(property.PropertyType).ConvertFromInvariantString((value ?? "").TrimEnd('\r', '\n')));
            }
            catch (Exception)
            {
                problems.Add($"{section}:{property.Name} '{value}': expected {Kind(property.PropertyType)}");
            }
        }
    }

    private static string Kind(Type type) =>
        type == typeof(TimeSpan) ? "a time as hours:minutes:seconds, like 00:00:02.5"
        : type == typeof(bool) ? "true or false"
        : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : type == typeof(string) ? "a text" : "a number";
}
