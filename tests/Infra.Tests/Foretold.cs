namespace OrchestratorFunctions.Infra.Tests;

/// <summary>What parameters make, asked of the compiler.</summary>
internal static class Foretold
{
    public static Said Run(string file, string mode) => Bicep.Run("snapshot", file, "--mode", mode,
        "--subscription-id", "00000000-0000-0000-0000-000000000001", "--resource-group", "orchestrator", "--location", "westeurope");

    /// <summary>Of the parameters that are needed and these; no snapshot when they stop the deployment.</summary>
    public static (Said Said, Snapshot? Snapshot) With(string parameters)
    {
        var folder = Directory.CreateTempSubdirectory("orchestrator-infra-");
        try
        {
            var file = Path.Combine(folder.FullName, "given");
            var template = Path.GetRelativePath(folder.FullName, Bicep.PathOf("infra/main.bicep"));
            File.WriteAllText($"{file}.bicepparam", $"using '{template}'\nparam name = 'given'\nparam mysqlUser = 'prober'\n{parameters}\n");
            var said = Run($"{file}.bicepparam", "overwrite");
            return (said, said.Code == 0 ? Snapshot.Load(file) : null);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
