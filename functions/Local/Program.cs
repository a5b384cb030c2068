using OrchestratorFunctions.Local.Cli;

return await CommandLine.Build().Parse(args).InvokeAsync();
