using System.Globalization;

namespace OrchestratorFunctions.Fleet.State;

/// <summary>The process for which a fleet is there; one that is gone has no use for it.</summary>
/// <param name="Started">The kernel's start tick, so that another process with the number is not taken for it.</param>
public sealed record Owner(int Pid, string Started)
{
    public bool IsGone => Of(Pid)?.Started != Started;

    /// <summary>Null when there is no such process.</summary>
    public static Owner? Of(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");
            // proc(5): the 22nd field; names may have blanks and brackets in them.
            return new(pid, stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19]);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
