using OrchestratorFunctions.Local.Importing;
using OrchestratorFunctions.Local.Settings;

namespace OrchestratorFunctions.Local.Tests.Importing;

public sealed class SettingsFileTests : IDisposable
{
    /// <summary>What the samples leave to a person.</summary>
    private static readonly string[] Accounts = ["MySql:User=orchestrator", "MySql:Password=p"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();

    private string Path => System.IO.Path.Combine(folder.FullName, "settings.json");

    public static TheoryData<string, string[]> Samples => new()
    {
        { "shop.conf.json", [] },
        { "placeholders.conf.json", ["Api:Password=p"] },
        { "broken-values.conf.json", [] },
        { "fork.conf.json", [] },
    };

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Samples))]
    public void What_is_written_of_a_sample_is_read_by_the_program(string sample, string[] more)
    {
        var (entries, problem) = OldConfigReader.ReadFile(SampleOf(sample));
        Assert.Null(problem);
        var import = ConfigImport.Of(new OldConfig(entries, CredentialsFile.ReadFile));
        Assert.Null(SettingsFile.Write(Path, SettingsFile.Text(import.Settings), isForced: false).Problem);
        Assert.DoesNotContain("Tops3cret", File.ReadAllText(Path), StringComparison.Ordinal);
        var (_, problems) = LocalSettings.Read(Path, [.. Accounts, .. more]);
        Assert.Empty(problems);
    }

    [Fact]
    public void The_values_arrive()
    {
        var (entries, _) = OldConfigReader.ReadFile(SampleOf("shop.conf.json"));
        var import = ConfigImport.Of(new OldConfig(entries, CredentialsFile.ReadFile));
        SettingsFile.Write(Path, SettingsFile.Text(import.Settings), isForced: false);
        var (read, _) = LocalSettings.Read(Path, ["MySql:Password=p"]);
        Assert.Equal(
            ("orc", TimeSpan.FromSeconds(2), 30, true, TimeSpan.FromDays(14)),
            (read.MySql.User, read.Flow.Watch.Interval, read.Flow.Detection.ReasonableLagSeconds,
                read.Flow.Recovery.SameDataCenterOnly, read.Flow.Retention.KeepAudit));
        Assert.Equal(
            ["shop1.example.com:3307", "shop2.example.com:3306"], read.Flow.Discovery.SeedKeys.Select(k => $"{k}"));
    }

    [Fact]
    public void A_file_that_is_there_is_written_over_only_when_that_is_said()
    {
        File.WriteAllText(Path, "mine, and longer than what comes");
        var (problem, isThere) = SettingsFile.Write(Path, "{}", isForced: false);
        Assert.True(isThere);
        Assert.Equal($"--out '{Path}': is there already and was not touched; say --force to write over it", problem);
        Assert.Equal("mine, and longer than what comes", File.ReadAllText(Path));
        Assert.Null(SettingsFile.Write(Path, "{}", isForced: true).Problem);
        Assert.Equal("{}", File.ReadAllText(Path));
    }

    [Theory]
    [InlineData("", "is a directory")]
    [InlineData("nowhere/settings.json", "cannot be written")]
    public void A_place_that_cannot_be_written_to_is_named(string below, string says)
    {
        var path = System.IO.Path.Combine(folder.FullName, below);
        var (problem, _) = SettingsFile.Write(path, "{}", isForced: true);
        Assert.StartsWith($"--out '{path}': {says}", problem, StringComparison.Ordinal);
    }

    internal static string SampleOf(string name) =>
        System.IO.Path.Combine(Play.Root(), "tests", "Local.Tests", "Importing", "Samples", name);
}
