using OrchestratorFunctions.Local.Cli;

return await CommandLine.RunAsync(args);
