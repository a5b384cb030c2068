using System.Globalization;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Tests.Scenarios;

/// <summary>
/// How a change is meant, as scenarios write it behind the server: <c>by=60</c> seconds, <c>apply-first</c>, <c>waits=true</c>,
/// <c>acknowledges=false</c>, <c>before=binlog.000002</c>, <c>session=7</c>, <c>pattern=db[23]</c>, <c>force</c>.
/// </summary>
internal static class WrittenDetails
{
    /// <summary>Null where nothing is said.</summary>
    public static OperatorRequest? Of(string line)
    {
        var words = line.Split(" with ")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        var details = words.Aggregate(ChangeDetails.None, Take);
        return details == ChangeDetails.None ? null : new OperatorRequest("") { Details = details };
    }

    private static ChangeDetails Take(ChangeDetails details, string word) => word.Split('=', 2) switch
    {
        ["by", var seconds] => details with { DelaySeconds = int.Parse(seconds, CultureInfo.InvariantCulture) },
        ["apply-first"] => details with { AppliesFirst = true },
        ["waits", var waits] => details with { Waits = bool.Parse(waits) },
        ["acknowledges", var acknowledges] => details with { Acknowledges = bool.Parse(acknowledges) },
        ["before", var file] => details with { LogFile = file },
        ["session", var session] => details with { Session = long.Parse(session, CultureInfo.InvariantCulture) },
        ["pattern", var pattern] => details with { Pattern = pattern },
        ["force"] => details with { IsForced = true },
        _ => details,
    };
}
