using System.Reflection;

namespace OrchestratorFunctions.App.Tests;

/// <summary>Where the tree is and where the app was built to, as the build wrote them into this assembly.</summary>
internal static class AppOutputs
{
    public static string Root => Of("Root");

    public static string Folder => Of("AppOutput");

    private static string Of(string key) => typeof(AppOutputs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
