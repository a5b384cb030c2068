using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.MySql.Dialects;

namespace OrchestratorFunctions.MySql.Tests.Dialects;

public sealed class ServerFeaturesTests
{
    [Theory]
    [InlineData("5.7.42", false, false, false, false, false)]
    [InlineData("8.0.19", false, false, false, false, true)]
    [InlineData("8.0.22", true, false, false, false, true)]
    [InlineData("8.0.23", true, true, false, false, true)]
    [InlineData("8.0.26", true, true, false, true, true)]
    [InlineData("8.4.13", true, true, true, true, true)]
    [InlineData("9.7.4", true, true, true, true, true)]
    [InlineData("10.11.18-MariaDB", false, false, false, false, false)]
    public void Words_come_with_their_versions(string version, bool replica, bool changesSource, bool binaryLog, bool semiSync, bool timesReceived)
    {
        var features = ServerFeatures.Of(ServerVersion.Parse(version));
        Assert.Equal((replica, changesSource, binaryLog, semiSync, timesReceived),
            (features.SaysReplica, features.ChangesReplicationSource, features.SaysBinaryLogStatus, features.NamesSemiSyncSource, features.TimesReceivedTransactions));
        Assert.Equal(!features.IsMariaDb, features.HasSuperReadOnly && features.HasOfflineMode && features.HasServerUuid);
    }
}
