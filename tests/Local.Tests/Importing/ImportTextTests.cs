using OrchestratorFunctions.Local.Importing;

namespace OrchestratorFunctions.Local.Tests.Importing;

public sealed class ImportTextTests
{
    [Fact]
    public void Keys_that_have_one_reason_stand_together_and_each_part_has_its_place()
    {
        var import = new ConfigImport(3, [
            new("B", ImportGroup.Dropped, "not needed"),
            new("A", ImportGroup.Maps, "") { Settings = [new("Watch:Shards", 2L)] },
            new("C", ImportGroup.Dropped, "not needed"),
        ]);
        Assert.Equal("Maps\n  A → Watch:Shards = 2\n\nDropped\n  B, C\n    not needed\n\n", ImportText.Of(import));
        Assert.Equal(
            "3 keys. maps: 1, changes in behaviour: 0, dropped: 2, needs you: 0, not understood: 0",
            ImportText.Count(import));
    }

    [Fact]
    public void What_would_move_a_terminal_about_is_left_out() =>
        Assert.Equal(
            "Not understood\n   [2J\n    no key\n\n",
            ImportText.Of(new(1, [new("\u001b[2J", ImportGroup.NotUnderstood, "no key")])));
}
