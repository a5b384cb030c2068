using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class GroupMembershipTests
{
    [Fact]
    public void A_group_primary_is_told_by_its_role() =>
        Assert.True(new GroupMembership("g", "ONLINE", "primary").IsPrimary && !new GroupMembership("g", "ONLINE", "SECONDARY").IsPrimary);
}
