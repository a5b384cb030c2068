using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>What the binary log files of a server told of some transactions.</summary>
/// <param name="Files">How many files the server has.</param>
/// <param name="WhyNot">Why the reading ended early; null when it was read to its end.</param>
public sealed record LogsRead(LogSearch Search, int Files, Refusal? WhyNot = null);
