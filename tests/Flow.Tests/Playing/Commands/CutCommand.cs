namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// A process does not reach servers any more, or the replicas of a server do not reach their source:
/// <c>cut p1 from=db1,db2</c>, <c>cut db1 from=replicas</c>.
/// </summary>
internal sealed class CutCommand() : Command("cut", 1, "from")
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var (who, from) = (line.Word(0), line.Get("from"));
        if (scene.IsProcess(who)) scene.Servers.Cut(who, from.Split(',').Select(scene.Server));
        else if (from == "replicas") scene.Servers.Part(scene.Server(who));
        else throw line.Unknown(from, "a server is cut from=replicas");
        return null;
    }
}
