namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// What a server was when it was seen before it was closed, while it does not tell for how long it has run, or whether
/// it follows anybody: its restart may have closed it, or somebody (S16).
/// </summary>
/// <param name="UptimeSeconds">For how long it had run when it was seen so.</param>
/// <param name="At">When that was.</param>
public sealed record UntoldRestart(RoleBeforeRestart Role, long UptimeSeconds, DateTimeOffset At);
