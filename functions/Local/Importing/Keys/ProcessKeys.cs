using System.Globalization;
using System.Net;
using static OrchestratorFunctions.Local.Importing.Rows;

namespace OrchestratorFunctions.Local.Importing.Keys;

/// <summary>The process itself: where it listens, what it logs, how long it keeps things.</summary>
internal static class ProcessKeys
{
    private const string Url = "Serve:Url", Audit = "Retention:KeepAudit", Recoveries = "Retention:KeepRecoveries";
    private const string OnlyAsked = "serve starts there only where Api:Authentication asks callers who they are, or "
        + "with Serve:AllowAnonymous=true";
    private const int RecoveryDaysLeast = 31;
    private const string Page = "there is no web page yet";
    private const string Agents = "agents are not served, and no data are copied between servers";

    public static IEnumerable<OldKey> All =>
    [
        .. Dropped("say --verbose for more; serve always logs to standard error", "Debug"),
        .. Dropped(
            "serve logs to standard error, from where systemd or a container takes it", "EnableSyslog",
            "PrependMessagesWithOrcIdentity", "CustomOrcIdentity"),
        Row("ListenAddress", ValueShape.Text, OfListen, Url) with { Otherwise = WithoutListen },
        Asks(
            "ListenSocket", ValueShape.Text,
            "a socket file is not listened on: let a proxy in front listen there and ask Serve:Url"),
        Asks(
            "URLPrefix", ValueShape.Text,
            "paths begin with /api: let the proxy in front take the prefix away"),
        .. Dropped("no process has to be reached by others of its kind", "HTTPAdvertise"),
        Row("StatusEndpoint", ValueShape.Text, v => v.IsIdle || v.Text is "/api/status"
            ? v.Line(ImportGroup.Maps, "answered at /api/status, and by GET /api/v3/health")
            : v.Line(ImportGroup.NeedsYou, "let the load balancer ask /api/status, or GET /api/v3/health")),
        .. Dropped(Page, "WebMessage", "RemoveTextFromHostnameDisplay"),
        .. Dropped(
            Agents, "ServeAgentsHttp", "AgentsServerPort", "AgentPollMinutes", "UnseenAgentForgetHours",
            "StaleSeedFailMinutes", "SeedAcceptableBytesDiff", "SeedWaitSecondsBeforeSend", "AgentsUseSSL",
            "AgentsUseMutualTLS", "AgentSSLSkipVerify", "AgentSSLPrivateKeyFile", "AgentSSLCertFile",
            "AgentSSLCAFile", "AgentSSLValidOUs"),
        Differs("GraphiteAddr", ValueShape.Text, "nothing is sent to Graphite; GET /api/v3/health tells what is wrong"),
        .. Dropped(
            "nothing is sent to Graphite", "GraphitePath", "GraphiteConvertHostnameDotsToUnderscores",
            "GraphitePollSeconds"),
        Differs(
            "PrometheusEnabled", ValueShape.Switch,
            "/metrics is always there, with our own names beside the old ones; Metrics:Enabled=false closes it"),
        Differs(
            "AuditLogFile", ValueShape.Text,
            "the audit log stands in the storage and is not written to a file: GET /api/audit"),
        .. Dropped("the audit log always stands in the storage", "AuditToSyslog", "AuditToBackendDB"),
        new("AuditPurgeDays", ValueShape.Number, OfPurge) { Settings = [Audit, Recoveries] },
    ];

    private static ImportLine OfListen(OldValue value)
    {
        if (value.IsIdle) return Nothing(value);
        var at = value.Text.LastIndexOf(':');
        var after = value.Text[(at + 1)..];
        var isPort = int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        if (at < 0 || !isPort || port is < 1 or > 65535)
            return value.Line(ImportGroup.NotUnderstood, "expected ADDRESS:PORT or :PORT");
        var host = value.Text[..at].Trim('[', ']');
        if (host.Length == 0)
            return value.Changes(Url, $"http://0.0.0.0:{port}", $"every IPv4 address of this machine; {OnlyAsked}");
        if (!IPAddress.TryParse(host, out var address) && host != "localhost")
            return value.Line(
                ImportGroup.NeedsYou, "a host name would stand for every address: give the address in Serve:Url");
        var isV6 = address is { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6 };
        var url = isV6 ? $"http://[{host}]:{port}" : $"http://{host}:{port}";
        return address is null || IPAddress.IsLoopback(address)
            ? value.Maps(Url, url)
            : value.Changes(Url, url, $"other machines reach it; {OnlyAsked}");
    }

    private static ImportLine? WithoutListen(OldConfig config) => config.Has("ListenAddress")
        ? null
        : new("ListenAddress", ImportGroup.Changes, "is not in the file, so orchestrator listens on every address, "
            + "port 3000; serve listens on this machine alone unless Serve:Url says http://0.0.0.0:3000");

    private static IEnumerable<ImportLine> OfPurge(OldValue value)
    {
        var audit = Math.Max(1, value.Number);
        var recoveries = Math.Max(RecoveryDaysLeast, value.Number);
        yield return value.Changes(
            Audit, Days(audit), "left out, it is a year; recoveries are kept apart from it, 31 days at least") with
        {
            Settings = [new(Audit, Days(audit)), new(Recoveries, Days(recoveries))],
        };
    }

    private static string Days(long days) => $"{days}.00:00:00";
}
