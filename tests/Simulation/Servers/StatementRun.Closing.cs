namespace OrchestratorFunctions.Simulation.Servers;

/// <content>Making a server read-only.</content>
public sealed partial class StatementRun
{
    // New writes are held up at once; the answer comes when the commits that wait have ended. On MySQL it shows meanwhile.
    private void Close(Statement.Close close)
    {
        var flavour = server.Flavour;
        if (close.CutsClientsOff && flavour.HasOfflineMode) server.Source.DropClients();
        if (server.ReadOnly && !flavour.HasSuperReadOnly)
        {
            server.AreFlagsSet = true;
            Next();
            return;
        }
        closesNow = !server.ReadOnly && !server.SuperReadOnly;
        server.SuperReadOnly = flavour.HasSuperReadOnly;
        server.Closing.Add(this);
        server.NoteFlags();
        server.Source.WhenDrained(() =>
        {
            if (isOver) return;
            (server.ReadOnly, server.SuperReadOnly, server.AreFlagsSet, closesNow) = (true, flavour.HasSuperReadOnly, true, false);
            server.Closing.Remove(this);
            server.NoteFlags();
            server.Source.LetHeldGoOn();
            Next();
        });
    }
}
