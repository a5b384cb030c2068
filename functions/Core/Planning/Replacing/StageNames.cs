namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>The stages of a plan that replaces a dead primary, as records name them.</summary>
internal static class StageNames
{
    public const string Freeze = "freeze", Start = "start-applying", Untie = "untie", Fetch = "fetch",
        CatchUp = "catch-up", StandStill = "stand-still", Close = "close", Approval = "approval",
        Prepare = "prepare", Promote = "promote", Withdraw = "withdraw", Settle = "settle", Connect = "connect",
        Reopen = "reopen";
}
