using System.Collections.Concurrent;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.MySql.Settings;

namespace OrchestratorFunctions.MySql.Sessions;

/// <summary>The sessions of every server this process talks to.</summary>
internal sealed class SessionRegistry(SessionOpener dialer)
{
    private readonly ConcurrentDictionary<InstanceKey, ServerSessions> servers = new();

    public SessionOpener SessionOpener => dialer;

    public MySqlOptions Options => dialer.Options;

    public ServerSessions Of(InstanceKey key) => servers.GetOrAdd(key, k => new ServerSessions(k, dialer));

    public void Forget(InstanceKey key)
    {
        if (servers.TryRemove(key, out var sessions)) sessions.Close();
    }

    public void Close()
    {
        foreach (var key in servers.Keys) Forget(key);
    }
}
