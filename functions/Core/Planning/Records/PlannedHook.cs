namespace OrchestratorFunctions.Core.Planning.Records;

/// <summary>
/// A hook by its name, as a plan knows it. What it runs or posts to is no part of a record: each process reads that
/// from its settings.
/// </summary>
/// <param name="Name">One of a kind at its point: letters, digits, dots, dashes, underscores.</param>
/// <param name="Timeout">For one run, answer included.</param>
/// <param name="Waits">False: it is begun, and what comes of it changes nothing.</param>
public sealed record PlannedHook(HookPoint Point, string Name, TimeSpan Timeout, bool Waits = true);
