using System.Text.Json;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests;

/// <summary>Core's values as text: records hold arrays that compare by reference, their JSON compares by value.</summary>
internal static class Json
{
    public static string Of<T>(T value) => JsonSerializer.Serialize(value, CoreJson.Options);

    public static T To<T>(string text) => JsonSerializer.Deserialize<T>(text, CoreJson.Options)!;

    public static T RoundTrip<T>(T value) => To<T>(Of(value));
}
