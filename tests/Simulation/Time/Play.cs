using System.Globalization;
using System.Text;

namespace OrchestratorFunctions.Simulation.Time;

/// <summary>A history as text that people can read: one line for each thing that matters, ordered by simulated time.</summary>
public sealed class Play(EventQueue queue)
{
    private readonly StringBuilder text = new();

    public void Head(string line) => text.Append(line).Append('\n');

    public void Say(string who, string what) =>
        text.Append('+').Append((queue.Now / (double)Ticks.Second).ToString("0.000", CultureInfo.InvariantCulture))
            .Append(' ').Append(who).Append(' ').Append(Short(what)).Append('\n');

    // A letter for each server_uuid and server_id in GTIDs, no default port.
    private static string Short(string what)
    {
        var text = what.Replace(":3306", "", StringComparison.Ordinal);
        for (var i = 0; i < 8; i++)
            text = text.Replace(Servers.TransactionSet.Uuid(i).ToString(), ((char)('A' + i)).ToString(), StringComparison.Ordinal)
                .Replace($"-{Servers.Transaction.ServerId(i)}-", $"-{(char)('A' + i)}-", StringComparison.Ordinal);
        return text;
    }

    public override string ToString() => text.ToString();
}
