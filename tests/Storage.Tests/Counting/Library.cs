using OrchestratorFunctions.Bench;

namespace OrchestratorFunctions.Storage.Tests.Counting;

/// <summary>What the scripts calculate with.</summary>
internal static class Library
{
    public static Measured Operations => CostModel.Read<Measured>(PathOf("operations.json"));

    public static PriceList Prices => CostModel.Read<PriceList>(PathOf("prices.json"));

    private static string PathOf(string name)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "scripts", "lib", name) is var path && File.Exists(path)) return path;
        throw new FileNotFoundException($"scripts/lib/{name}");
    }
}
