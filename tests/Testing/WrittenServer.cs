using System.Globalization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Testing;

/// <summary>One line of a <see cref="WrittenTopology"/>, word by word.</summary>
public sealed class WrittenServer(InstanceKey key, char letter)
{
    private readonly List<ReplicationLink> links = [];
    private string version = "8.4.5", format = "ROW", executed = "", purged = "", location = "", region = "", alias = "", group = "";
    private string? uuid = WrittenTopology.Uuid(letter);
    private uint id = (uint)(letter - 'A' + 1);
    private bool readOnly, superToo = true, binlog = true, updates = true, former, offline, gtids = true;
    private SemiSync semiSync = SemiSync.Off;
    private PromotionRule rule = PromotionRule.Neutral;
    private string? downtime;
    private double gone;
    private double? up, session;
    private bool? sinceStart;
    private RelayLog? relayLog;
    private string forgotten = "";
    private string? logFilters = "";
    private BinlogPosition? logAt;
    private MissingPrivileges? missing;
    private ReplicationAccount? account;
    private bool requiresTls;
    private ScheduledEvents? events;

    private bool IsMariaDb => version.Contains("MariaDB", StringComparison.Ordinal);

    public Instance Instance => new()
    {
        Key = key, ServerUuid = IsMariaDb ? null : uuid, ServerId = id, Version = ServerVersion.Parse(version),
        ReadOnly = readOnly, SuperReadOnly = readOnly && superToo && !IsMariaDb, IsReadOnlySinceStart = sinceStart,
        OfflineMode = offline, Events = events, Missing = missing, ReplicationAccount = account, RequiresTls = requiresTls,
        BinaryLog = binlog ? new BinaryLog(true, updates, format) { Filters = logFilters, Position = logAt } : BinaryLog.Off,
        Gtid = new GtidState(gtids, Position(executed), purged.Length == 0 ? null : Position(purged)),
        RelayLog = relayLog, UptimeSeconds = (long?)up,
        SessionAge = session is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Forgotten = forgotten.Length == 0 ? null : new Forgotten(Position(forgotten), WrittenTopology.Noon),
        SemiSync = semiSync, Links = [.. links.Select(l => l with { Received = l.Received is null ? null : Retyped(l.Received) })],
        Location = new Location(location, region), Aliases = alias.Length == 0 ? [] : [InstanceKey.Parse(alias)],
        Group = group.Length == 0 ? null : new GroupMembership("g", "ONLINE", group),
    };

    public Member Declared(DateTimeOffset now) => new()
    {
        Key = key, Outcome = new ProbeOutcome.Seen(Instance), PromotionRule = rule, IsFormerPrimary = former, LastSeenAt = now.AddSeconds(-gone),
        Downtime = downtime is null ? null : new Downtime(downtime, "maintenance", now.AddHours(1)),
    };

    public void Take(string word)
    {
        if (word.StartsWith('<')) links.Add(NewLink(word[1..]));
        else if (char.IsAsciiDigit(word[0])) version = word;
        else if (word.Split('=', 2) is [var name, var value]) TakeSetting(name, value);
        else TakeFlag(word);
    }

    private void TakeFlag(string word)
    {
        switch (word)
        {
            case "rw": readOnly = false; break;
            case "ro": readOnly = true; break;
            case "ro-only": (readOnly, superToo) = (true, false); break;
            case "tls-only": requiresTls = true; break;
            case "tls": Change(l => l with { Tls = new LinkTls() }); break;
            case "offline": offline = true; break;
            case "nogtid": gtids = false; break;
            case "nobinlog": binlog = false; break;
            case "noupdates": updates = false; break;
            case "former": former = true; break;
            case "filters": Change(l => l with { HasFilters = true }); break;
            case "noauto": Change(l => l with { AutoPosition = false }); break;
            case "detached": Change(l => l with { Source = new(InstanceKey.NoHost + l.Source.Host, l.Source.Port), IsDetached = true, Receiver = ReplicationThread.Stopped, Applier = ReplicationThread.Stopped }); break;
            default: throw new FormatException($"word '{word}' is not known");
        }
    }

    private void TakeSetting(string name, string value)
    {
        switch (name)
        {
            case "has": executed = value; break;
            case "purged": purged = value; break;
            case "got": Change(l => l with { Received = Position(value) }); break;
            case "format": format = value; break;
            case "lacks": missing = value switch { "RELOAD" => new("", value), "EVENT" => new("", "") { ForEvents = value }, _ => new(value, "") }; break;
            case "runs" or "idle" or "aside" or "scheduler": events = With(events ?? ScheduledEvents.None, name, value); break;
            case "repl": account = new("repl", value != "none", value == "locked"); break;
            case "logs": logFilters = value == "?" ? null : $"binlog_do_db={value}"; break;
            case "at": logAt = BinlogPosition.Parse(value); break;
            case "dc": location = value; break;
            case "region": region = value; break;
            case "alias": alias = value; break;
            case "uuid": uuid = value == "none" ? null : WrittenTopology.Uuid(value[0]); break;
            case "id": id = uint.Parse(value); break;
            case "group": group = value; break;
            case "downtime": downtime = value; break;
            case "up": up = Number(value); break;
            case "closed": sinceStart = value == "since-start"; break;
            case "session": session = Number(value); break;
            case "forgot": forgotten = value; break;
            case "relaylog": relayLog = new RelayLog(value.StartsWith("recovers", StringComparison.Ordinal), value.EndsWith("synced", StringComparison.Ordinal) ? 1 : 10_000); break;
            case "gone": gone = Number(value); break;
            case "rule": rule = Enum.Parse<PromotionRule>(value.Replace("_", "", StringComparison.Ordinal), ignoreCase: true); break;
            case "clients": semiSync = semiSync with { Clients = (int)Number(value) }; break;
            case "timeout": semiSync = semiSync with { TimeoutMilliseconds = (long)Number(value) }; break;
            case "semi": semiSync = Semi(value.Split(':')); break;
            default: TakeLinkSetting(name, value); break;
        }
    }

    private void TakeLinkSetting(string name, string value) => Change(l => name switch
    {
        "io" => l with { Receiver = Enum.Parse<ReplicationThread>(value, ignoreCase: true) },
        "sql" => l with { Applier = Enum.Parse<ReplicationThread>(value, ignoreCase: true) },
        "err" => l with { ReceiverErrorNumber = (int)Number(value), ReceiverError = $"error {value}" },
        "sqlerr" => l with { ApplierErrorNumber = (int)Number(value), ApplierError = $"error {value}", Applier = ReplicationThread.Stopped },
        "failed" => l with
        {
            ApplierErrorNumber = 1062, Applier = ReplicationThread.Stopped,
            ApplierError = $"Worker 1 failed executing transaction '{Position(value)}' at source log binlog.000001, end_log_pos 1261",
        },
        "lag" => l with { LagSeconds = value == "?" ? null : (long)Number(value) },
        "delay" => l with { DelaySeconds = (int)Number(value) },
        "quiet" => l with { SilentFor = TimeSpan.FromSeconds(Number(value)) },
        "held" => l with { HeldUpBy = value.Replace('_', ' ') },
        "beat" => l with { HeartbeatInterval = TimeSpan.FromSeconds(Number(value)) },
        "via" => l with { SourceUuid = value == "none" ? null : WrittenTopology.Uuid(value[0]) },
        "channel" => l with { Channel = value },
        "user" => l with { User = value },
        "read" => l with { ReadPosition = BinlogPosition.Parse(value) },
        "done" => l with { ExecutedPosition = BinlogPosition.Parse(value) },
        _ => throw new FormatException($"setting '{name}' is not known"),
    });

    private void Change(Func<ReplicationLink, ReplicationLink> change) => links[^1] = change(links[^1]);

    private static ReplicationLink NewLink(string source) => new()
    {
        Source = InstanceKey.Parse(source), Receiver = ReplicationThread.Running, Applier = ReplicationThread.Running, AutoPosition = true, LagSeconds = 0,
    };

    private SemiSync Semi(string[] parts)
    {
        var wait = parts.Length > 1 ? int.Parse(parts[1]) : 1;
        return (semiSync with { Available = true, TimeoutMilliseconds = 10_000, WaitForReplicas = wait }) is var on && parts[0] == "source" ? on with { SourceEnabled = true, SourceActive = true }
            : parts[0] == "fallen" ? on with { SourceEnabled = true }
            : parts[0] == "replica" ? on with { ReplicaEnabled = true, ReplicaActive = true }
            : on;
    }

    // Events by name; "none" says that all of them are known, and there are none.
    private static ScheduledEvents With(ScheduledEvents events, string name, string value)
    {
        var names = EventNames.Of(value.Split(',').Where(e => e != "none").Select(e => $"`shop`.`{e}`"));
        return name switch
        {
            "runs" => events with { Enabled = names },
            "idle" => events with { Disabled = names },
            "aside" => events with { ReplicaSide = names },
            _ => events with { Scheduler = Enum.Parse<EventScheduler>(value, ignoreCase: true) },
        };
    }

    // "A:1-100" with the letter of a server for its uuid.
    private GtidPosition Position(string text) => IsMariaDb
        ? MariaDbGtidSet.Parse(text)
        : GtidSet.Parse(string.Join(',', text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => WrittenTopology.Uuid(part[0]) + part[1..])));

    private GtidPosition Retyped(GtidPosition position) => position is GtidSet { IsEmpty: true } && IsMariaDb ? MariaDbGtidSet.Empty : position;

    private static double Number(string text) => double.Parse(text.TrimEnd('s'), NumberStyles.Float, CultureInfo.InvariantCulture);
}
