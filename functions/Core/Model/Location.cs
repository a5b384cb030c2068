namespace OrchestratorFunctions.Core.Model;

/// <summary>Where a server stands; an empty part is unknown and constrains nothing.</summary>
public sealed record Location(string DataCenter = "", string Region = "")
{
    public static Location Unknown { get; } = new();
}
