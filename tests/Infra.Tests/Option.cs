using System.Reflection;

namespace OrchestratorFunctions.Infra.Tests;

/// <summary>One setting the app reads: a property of a class of options.</summary>
internal sealed record Option(string Key, PropertyInfo Property)
{
    /// <summary>Every option of the app, found by reflection, so that one added later is here by itself.</summary>
    public static IReadOnlyList<Option> All { get; } =
    [
        .. Contract.OptionsOf.Select(t => t.Assembly).Distinct().SelectMany(a => a.GetExportedTypes())
            .Where(t => t.Name.EndsWith("Options", StringComparison.Ordinal) && SectionOf(t) is not null)
            .SelectMany(t => t.GetProperties().Where(p => p.SetMethod?.IsPublic == true).Select(p => new Option($"{SectionOf(t)}:{p.Name}", p)))
            .Where(o => !Contract.NotOnAzure.Contains(o.Key)),
    ];

    /// <summary>Its name as an app setting.</summary>
    public string Setting => Key.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>Addresses of webhooks are secrets too: who knows the one of a chat room may write there.</summary>
    public bool IsSecret => Key == "Hooks:Url" || new[] { "Password", "Secret", "Token", "ApiKey", "ConnectionString" }.Any(w => Property.Name.EndsWith(w, StringComparison.Ordinal));

    public object? Default => Property.GetValue(Activator.CreateInstance(Property.DeclaringType!));

    private static string? SectionOf(Type type) => type.GetField("Section", BindingFlags.Public | BindingFlags.Static) is { IsLiteral: true } f ? (string?)f.GetRawConstantValue() : null;
}
