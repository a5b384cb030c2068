namespace OrchestratorFunctions.Api.Answers;

/// <summary>What an operation did, in words.</summary>
public sealed record SaysAnswer(string Says);

/// <summary>A recovery is planned and stored, and is run from now on; or one that runs was told something.</summary>
/// <param name="Recovery">Its id.</param>
/// <param name="See">The path that tells how far it is.</param>
public sealed record StartedAnswer(string Recovery, string See);
