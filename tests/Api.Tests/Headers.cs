using System.Text;

namespace OrchestratorFunctions.Api.Tests;

/// <summary>Headers as clients write them.</summary>
internal static class Headers
{
    public static (string Name, string Value) Basic(string credentials) => ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
}
