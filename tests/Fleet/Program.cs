using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using OrchestratorFunctions.Fleet.Building;
using OrchestratorFunctions.Fleet.Servers;
using OrchestratorFunctions.Fleet.State;

namespace OrchestratorFunctions.Fleet;

/// <summary>The command line of <c>scripts/fleet</c>.</summary>
internal static partial class Program
{
    private const string About = """
        Real MySQL or MariaDB servers on loopback, replicating with GTIDs, for the demo and the tests.

        Every account has its name as password: orchestrator (least privileges), repl, app (all on database app), admin.

        Environment
          MIRROR              base address of the mirror of the archive the server comes from: Debian's for mysql-9.7 and
                              mariadb-*, Ubuntu's for mysql-8.4, mysql-8.0 and mysql-5.7. Needed where that archive is not
                              the machine's own.
          ORCHESTRATOR_CACHE  unpacked servers (default: ~/.cache/orchestrator-functions)
          ORCHESTRATOR_STATE  running fleets (default: ~/.local/state/orchestrator-functions)

        Exit codes: 0 done, 1 failed, 2 wrong command line, 3 this server is not available here.
        """;

    private const int MostReplicas = 20, LowestBase = 1023, HighestBase = 65000;

    private static readonly Option<string> Name = Checked(
        new Option<string>("--name") { Description = "several fleets side by side", DefaultValueFactory = _ => "default" },
        n => NamePattern().IsMatch(n) ? null : $"--name takes up to 40 letters, digits, '-' and '_', not '{n}'.");

    private static readonly Option<bool> AsJson = new("--json") { Description = "print the fleet as JSON" };

    private static readonly Option<string> Server = Checked(
        new Option<string>("--server") { Description = string.Join(", ", ServerKind.Names), DefaultValueFactory = _ => ServerKind.Names[0] },
        s => ServerKind.Names.Contains(s) ? null : $"--server takes {string.Join(", ", ServerKind.Names)}, not '{s}'.");

    private static readonly Option<int> Replicas = Checked(
        new Option<int>("--replicas") { Description = $"0 to {MostReplicas}", DefaultValueFactory = _ => 3 },
        n => n is >= 0 and <= MostReplicas ? null : $"--replicas takes a number from 0 to {MostReplicas}, not '{n}'.");

    private static readonly Option<bool> Chain = new("--chain") { Description = "each replica follows the server before it, instead of all the primary" };

    private static readonly Option<bool> SemiSync = new("--semi-sync") { Description = "commits wait for one replica, without a time limit" };

    private static readonly Option<int?> PortBase = Checked(
        new Option<int?>("--port-base") { Description = "the primary gets the port after it, the replicas those that follow (default: the first free ones)" },
        n => n is null or (>= LowestBase and <= HighestBase) ? null : $"--port-base takes a number from {LowestBase} to {HighestBase}, not '{n}'.");

    private static readonly Option<bool> Reuse = new("--reuse") { Description = "when a healthy fleet with these options runs, leave it and exit 0" };

    private static readonly Option<int?> OwnerPid = Checked(
        new Option<int?>("--owner-pid") { Description = "the next up removes this fleet when that process is gone" },
        n => n is null || Owner.Of(n.Value) is not null ? null : $"--owner-pid: there is no process {n}.");

    private static readonly Option<string?> With = Checked(
        new Option<string?>("--with") { Description = "packages or docker (default: docker images where an engine answers, else unpacked packages)" },
        w => w is null or "packages" or "docker" ? null : $"--with takes packages or docker, not '{w}'.");

    public static async Task<int> Main(string[] args)
    {
        var root = new RootCommand(About) { Up(), Down(), Status(), Prepare(), StateOf() };
        foreach (var fault in Faults()) root.Add(fault);
        var grouped = new Command("fault", "The same four: fault kill|stop|cont|restart PORT");
        foreach (var fault in Faults()) grouped.Add(fault);
        root.Add(grouped);
        if (args.Length == 0)
        {
            await root.Parse(["--help"]).InvokeAsync(new() { Output = Console.Error });
            return 2;
        }
        var parsed = root.Parse(args is ["help"] ? ["--help"] : args);
        if (parsed.Errors.Count > 0) return Fail(2, parsed.Errors[0].Message);
        try
        {
            using var hungUp = new CancellationTokenSource();
            using var hearing = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
            {
                signal.Cancel = true;
                hungUp.Cancel();
            });
            return await parsed.InvokeAsync(
                new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(1) }, hungUp.Token);
        }
        catch (FleetException e)
        {
            return Fail(e.Code, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(1, e.Message);
        }
        catch (OperationCanceledException)
        {
            return Fail(1, "was ended before it was done.");
        }
    }

    private static Command Up()
    {
        var up = new Command("up", "Start a primary and its replicas; replaces a fleet of the same name")
        {
            Name, AsJson, Server, Replicas, Chain, SemiSync, PortBase, Reuse, OwnerPid, With,
        };
        up.SetAction(async (asked, cancel) =>
        {
            var request = new FleetRequest(asked.GetValue(Server)!, asked.GetValue(Replicas), asked.GetValue(SemiSync), asked.GetValue(Chain));
            var settings = await FleetBuilder.UpAsync(new(asked.GetValue(Name)!, request)
            {
                PortBase = asked.GetValue(PortBase), Reuse = asked.GetValue(Reuse), InContainers = InContainers(asked),
                Owner = asked.GetValue(OwnerPid) is { } pid ? Owner.Of(pid) : null,
            }, cancel);
            Console.WriteLine(asked.GetValue(AsJson)
                ? await File.ReadAllTextAsync(new FleetFolder(settings.Name).ReportFile, cancel) : FleetReport.Line(settings));
        });
        return up;
    }

    private static Command Down()
    {
        var down = new Command("down", "Kill the servers with SIGKILL and remove their data") { Name };
        down.SetAction((asked, cancel) => FleetBuilder.DownAsync(asked.GetValue(Name)!, cancel));
        return down;
    }

    private static Command Status()
    {
        var status = new Command("status", "Show each server: alive, stopped or dead, role, read_only, source") { Name, AsJson };
        status.SetAction(async (asked, _) =>
        {
            var (folder, settings) = FleetFaults.Find(asked.GetValue(Name)!);
            Console.WriteLine(asked.GetValue(AsJson) ? await FleetReport.StatusJsonAsync(settings, folder) : await FleetReport.TableAsync(settings, folder));
        });
        return status;
    }

    private static Command Prepare()
    {
        var prepare = new Command("prepare", "Only make the server ready to start: download, unpack, data directory") { Server, With };
        prepare.SetAction((asked, cancel) => FleetBuilder.PrepareAsync(new(asked.GetValue(Server)!), InContainers(asked), cancel));
        return prepare;
    }

    private static Command StateOf()
    {
        var port = PortArgument();
        var state = new Command("state", "Print alive, stopped or dead") { port, Name };
        state.SetAction(async (asked, cancel) => Console.WriteLine(
            (await FleetFaults.ReadAsync(asked.GetValue(Name)!, asked.GetValue(port), cancel)).ToString().ToLowerInvariant()));
        return state;
    }

    private static IEnumerable<Command> Faults()
    {
        yield return Fault("kill", "SIGKILL one server", Condition.Dead);
        yield return Fault("stop", "SIGSTOP one server: it hangs, its port still accepts", Condition.Stopped);
        yield return Fault("cont", "SIGCONT it", Condition.Alive);
        var port = PortArgument();
        var restart = new Command("restart", "Start it again with the data it has; it comes back writable") { port, Name };
        restart.SetAction((asked, cancel) => FleetFaults.RestartAsync(asked.GetValue(Name)!, asked.GetValue(port), cancel));
        yield return restart;
    }

    private static Command Fault(string verb, string about, Condition condition)
    {
        var port = PortArgument();
        var fault = new Command(verb, about) { port, Name };
        fault.SetAction((asked, cancel) => FleetFaults.MakeAsync(asked.GetValue(Name)!, asked.GetValue(port), condition, cancel));
        return fault;
    }

    private static Argument<int> PortArgument() => new("PORT") { Description = "the port of a server of the fleet" };

    private static bool InContainers(ParseResult asked) => asked.GetValue(With) switch
    {
        "docker" => Docker.Answers ? true : throw new FleetException(3, "--with docker: no Docker engine answers here."),
        "packages" => false,
        _ => Docker.Answers,
    };

    private static Option<T> Checked<T>(Option<T> option, Func<T, string?> wrong)
    {
        option.Validators.Add(r => Check(r, wrong));
        return option;
    }

    private static void Check<T>(OptionResult result, Func<T, string?> wrong)
    {
        if (wrong(result.GetValueOrDefault<T>()) is { } problem) result.AddError(problem);
    }

    private static int Fail(int code, string says)
    {
        Console.Error.WriteLine($"fleet: {says}");
        return code;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
    private static partial Regex NamePattern();
}
