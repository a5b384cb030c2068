namespace OrchestratorFunctions.Local.Cli;

/// <summary>The command that stays.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(Run run)
    {
        try
        {
            await Serve.RunAsync(run.Room, run.Loggers, run.Cancel);
            return Exit.Done;
        }
        catch (IOException e)
        {
            return run.Fail(
                $"Serve:Url '{run.Room.Settings.Serve.Url}': cannot listen there: {e.Message}", Exit.BadInput);
        }
    }
}
