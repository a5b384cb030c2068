using Microsoft.AspNetCore.Http;

namespace OrchestratorFunctions.Api.V3;

/// <summary>
/// The description of this API (OpenAPI 3.1). It is made from the endpoints when the product is built and checked, not
/// while it runs: a failover needs none of what makes it.
/// </summary>
internal static class OpenApi
{
    /// <summary>The name of the file within this assembly.</summary>
    public const string Resource = "openapi.json";

    public static IResult Tell() => Results.Stream(
        typeof(OpenApi).Assembly.GetManifestResourceStream(Resource)!, "application/json");
}
