using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>The last lines of a play that found a violation: the truth about every server, and what is owed.</summary>
internal static class LastPicture
{
    public static void Say(World world)
    {
        if (world.Play is not { } play) return;
        foreach (var server in world.Servers) play.Say(server.Name, "at the end: " + Of(server));
        foreach (var entry in world.Store.Ledger.Entries)
            play.Say("ledger", $"at the end: {entry.GetType().Name} of {entry.Key}: {entry.Says}");
        foreach (var recovery in world.Store.Recoveries)
            play.Say(recovery.Id, $"{recovery.Kind} of {recovery.Subject}: {recovery.Outcome?.Says ?? "it runs"}");
    }

    private static string Of(ModelServer server)
    {
        var (source, replica) = (server.Source, server.Replica);
        if (!server.IsRunning) return "it does not run";
        var flags = server.AcceptsWrites ? "rw" : server.ReadOnly ? "ro" : "is being closed";
        var waits = source.IsSemiSync
            ? $", waits for {source.WaitFor} of {source.Clients}{(source.HasPending ? " now" : "")}"
            : "";
        var link = replica.Source is { } from
            ? $", follows {from.Name} (receiver {replica.Receiver}, applier {replica.Applier})"
            : "";
        return $"{flags}{waits}{link}, has {server.Flavour.Executed}, received {server.Flavour.Received}";
    }
}
