namespace OrchestratorFunctions.House.Tests;

public class ScriptTests
{
    [Fact]
    public void Scripts_can_be_run() =>
        Scripts.Where(f => OperatingSystem.IsLinux() && !File.GetUnixFileMode(f.FullPath).HasFlag(UnixFileMode.UserExecute)).Select(f => $"{f.Path}: chmod +x")
            .MustBeNone("a script is executable");

    [Fact]
    public void Scripts_stop_at_the_first_error() =>
        Scripts.Where(f => f.Lines[0] != "#!/usr/bin/env bash" || !f.Lines.Take(10).Contains("set -euo pipefail")).Select(f => $"{f.Path}:1")
            .MustBeNone("a script begins with #!/usr/bin/env bash, and set -euo pipefail within ten lines");

    [Fact]
    public void Parts_of_scripts_are_only_read() =>
        Parts.Where(f => f.Text.StartsWith("#!", StringComparison.Ordinal) || !f.Lines.Contains("# shellcheck shell=bash")).Select(f => $"{f.Path}:1")
            .MustBeNone("a part that scripts read has no #! line and names its shell for shellcheck");

    private static IEnumerable<TreeFile> Scripts => Tree.Files.Where(f => f.Folder is "scripts" or ".ci" && !Path.HasExtension(f.Path));
    private static IEnumerable<TreeFile> Parts => Tree.Under(".sh", "scripts/");
}
