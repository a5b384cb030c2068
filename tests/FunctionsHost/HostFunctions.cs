using System.Text.Json;
using OrchestratorFunctions.FunctionsHost.Protocol;

namespace OrchestratorFunctions.FunctionsHost;

/// <summary>The functions of a built app, as the host reads them from <c>functions.metadata</c> and tells its worker of them.</summary>
internal static class HostFunctions
{
    /// <summary>One message for each function; its id is its name.</summary>
    public static FunctionLoadRequest[] Read(string folder)
    {
        using var metadata = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "functions.metadata")));
        return [.. metadata.RootElement.EnumerateArray().Select(function => LoadOf(function, folder))];
    }

    private static FunctionLoadRequest LoadOf(JsonElement function, string folder)
    {
        var metadata = new RpcFunctionMetadata
        {
            Name = Text(function, "name"), FunctionId = Text(function, "name"), Language = Text(function, "language"),
            ScriptFile = Text(function, "scriptFile"), EntryPoint = Text(function, "entryPoint"), Directory = folder,
        };
        foreach (var binding in function.GetProperty("bindings").EnumerateArray())
        {
            metadata.RawBindings.Add(binding.GetRawText());
            var direction = Enum.Parse<BindingInfo.Types.Direction>(Text(binding, "direction"), ignoreCase: true);
            metadata.Bindings[Text(binding, "name")] = new BindingInfo { Type = Text(binding, "type"), Direction = direction };
        }
        return new FunctionLoadRequest { FunctionId = metadata.FunctionId, Metadata = metadata };
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
