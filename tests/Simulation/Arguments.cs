using System.Globalization;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Simulation.Histories;

namespace OrchestratorFunctions.Simulation;

/// <summary>What the command line asks for.</summary>
public sealed record Arguments
{
    public const string Usage =
        "usage: scripts/simulate [--seeds N] [--from S] [--mode safety|liveness] [--flavour mysql|mariadb] [--moves] [--changes] [--seed S] [--first] [--play] [--json]";

    /// <summary>How many histories.</summary>
    public ulong Seeds { get; init; } = 1000;

    /// <summary>The first seed.</summary>
    public ulong From { get; init; } = 1;

    public HistoryMode Mode { get; init; }

    /// <summary>Whose servers; null to let each seed choose.</summary>
    public ServerFlavor? Flavor { get; init; }

    /// <summary>In each of them some server changes its address.</summary>
    public bool MovesServers { get; init; }

    /// <summary>In each of them operators change single servers and move several.</summary>
    public bool ChangesServers { get; init; }

    /// <summary>The first history that breaks an invariant ends the search.</summary>
    public bool EndsWithFirst { get; init; }

    /// <summary>Print the history as a play: of a single seed always, of several for each that fails.</summary>
    public bool IsPlayed { get; init; }

    /// <summary>Only say what can be asked for.</summary>
    public bool IsHelp { get; init; }

    /// <summary>The last line is JSON.</summary>
    public bool IsJson { get; init; }

    /// <summary>Null and a sentence that names the argument and what would be right.</summary>
    public static Arguments? Read(IReadOnlyList<string> given, out string problem)
    {
        var read = new Arguments();
        problem = "";
        for (var i = 0; i < given.Count; i++)
        {
            var name = given[i];
            if (name is "--help") read = read with { IsHelp = true };
            else if (name is "--moves") read = read with { MovesServers = true };
            else if (name is "--changes") read = read with { ChangesServers = true };
            else if (name is "--first") read = read with { EndsWithFirst = true };
            else if (name is "--play") read = read with { IsPlayed = true };
            else if (name is "--json") read = read with { IsJson = true };
            else if (name is "--seeds" or "--from" or "--seed" or "--mode" or "--flavour")
            {
                var value = ++i < given.Count ? given[i] : "";
                if (Take(read, name, value, out problem) is not { } next) return null;
                read = next;
            }
            else
            {
                problem = $"'{name}' is not an argument; {Usage}";
                return null;
            }
        }
        return read;
    }

    private static Arguments? Take(Arguments read, string name, string value, out string problem)
    {
        problem = "";
        if (name == "--mode")
        {
            if (value is "safety") return read with { Mode = HistoryMode.Safety };
            if (value is "liveness") return read with { Mode = HistoryMode.Liveness };
            problem = $"--mode '{value}': expected safety or liveness";
            return null;
        }
        if (name == "--flavour")
        {
            if (value is "mysql") return read with { Flavor = ServerFlavor.MySql };
            if (value is "mariadb") return read with { Flavor = ServerFlavor.MariaDb };
            problem = $"--flavour '{value}': expected mysql or mariadb";
            return null;
        }
        var isNumber = ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (!isNumber || (name == "--seeds" && number == 0))
        {
            problem = $"{name} '{value}': expected a whole number from {(name == "--seeds" ? 1 : 0)}, for example {name} 1000";
            return null;
        }
        return name switch
        {
            "--seeds" => read with { Seeds = number },
            "--from" => read with { From = number },
            _ => read with { From = number, Seeds = 1 },
        };
    }
}
