using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.Tests;

/// <summary>Makes the description of the API from its endpoints: what operations take stands in the catalogue.</summary>
internal static class Description
{
    // These are written as one text each, by CoreJson.
    private static readonly Dictionary<Type, string> Texts = new()
    {
        [typeof(InstanceKey)] = "host:port of a server", [typeof(ClusterId)] = "id of a cluster",
        [typeof(BinlogPosition)] = "file:position", [typeof(ServerVersion)] = "version as the server says it",
        [typeof(PlanKind)] = $"one of {string.Join(", ", PlanKinds.All.Select(k => k.Name))}",
        [typeof(StepTarget)] = "a server, host:port, and a channel of it after '#'",
        [typeof(GtidPosition)] = "a GTID set; of MariaDB after 'mariadb:'",
    };

    public static void AddTo(IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(o =>
        {
            foreach (var converter in CoreJson.Options.Converters) o.SerializerOptions.Converters.Add(converter);
            o.SerializerOptions.TypeInfoResolver = CoreJson.Options.TypeInfoResolver;
            o.SerializerOptions.DefaultIgnoreCondition = CoreJson.Options.DefaultIgnoreCondition;
            o.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddOpenApi(o =>
        {
            o.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "OrchestratorFunctions", Version = "v3",
                    Description = "Watches MySQL and MariaDB replication topologies and recovers them.",
                };
                document.Servers?.Clear();
                document.Tags?.Clear();
                return Task.CompletedTask;
            });
            o.AddOperationTransformer((described, context, _) =>
            {
                described.Tags?.Clear();
                var metadata = context.Description.ActionDescriptor.EndpointMetadata;
                if (metadata.OfType<Operation>().LastOrDefault() is { } operation)
                    described.Parameters = [.. operation.Arguments.Select(a => ParameterOf(a, operation))];
                var needs = metadata.OfType<Needs>().Last().Role;
                described.Extensions ??= new Dictionary<string, IOpenApiExtension>();
                described.Extensions["x-needs"] = new JsonNodeExtension(JsonValue.Create(Roles.NameOf(needs)));
                return Task.CompletedTask;
            });
            o.AddSchemaTransformer((schema, context, _) =>
            {
                var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
                // What is null is left out.
                foreach (var optional in context.JsonTypeInfo.Properties.Where(p => p.IsGetNullable)) schema.Required?.Remove(optional.Name);
                if (TextOf(type) is { } says) (schema.Type, schema.Description) = (JsonSchemaType.String, says);
                // The schema of a list forgets what such texts stand in it.
                else if (schema.Items is null && context.JsonTypeInfo.ElementType is { } element && TextOf(element) is { } one)
                    schema.Items = new OpenApiSchema { Type = JsonSchemaType.String, Description = one };
                return Task.CompletedTask;
            });
        });
    }

    private static string? TextOf(Type type) => Texts.FirstOrDefault(t => t.Key.IsAssignableFrom(type)).Value;

    private static OpenApiParameter ParameterOf(Argument argument, Operation operation)
    {
        var isInPath = operation.Path.Contains($"{{{argument.Key}}}", StringComparison.Ordinal);
        var one = new OpenApiSchema
        {
            Type = argument.Kind == ArgumentKind.Flag ? JsonSchemaType.Boolean : JsonSchemaType.String,
            Default = argument.Default.Length > 0 ? JsonValue.Create(argument.Default) : null,
        };
        return new OpenApiParameter
        {
            Name = argument.Key, Description = argument.Means, Required = argument.IsRequired || isInPath,
            In = isInPath ? ParameterLocation.Path : ParameterLocation.Query,
            Schema = argument.IsRepeated ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = one } : one,
        };
    }

    /// <summary>Sorted, so that a change shows as one.</summary>
    public static async Task<string> OfAsync(IServiceProvider services)
    {
        using var scope = services.CreateScope();
        var provider = scope.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1");
        var document = await provider.GetOpenApiDocumentAsync();
        var json = JsonNode.Parse(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1))!;
        foreach (var part in (JsonNode[])[json["paths"]!, json["components"]!["schemas"]!]) Sort(part.AsObject());
        return json.ToJsonString(new JsonSerializerOptions(CoreJson.Indented)) + "\n";
    }

    private static void Sort(JsonObject part)
    {
        var sorted = part.OrderBy(p => p.Key, StringComparer.Ordinal).ToArray();
        part.Clear();
        foreach (var (key, value) in sorted) part[key] = value;
    }
}
