using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Somebody else takes away a lease, for an hour when it is not said, or takes a free one: <c>lease steal of=shard</c>,
/// <c>lease take of=cluster for=10s</c>.
/// </summary>
internal sealed class LeaseCommand() : Command("lease", 1, "of", "for")
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var lease = line.Get("of") switch
        {
            "shard" => Shard.Whole.Name,
            "cluster" => World.Cluster.Value,
            var other => throw line.Unknown(other, "a lease is of the shard or the cluster"),
        };
        switch (line.Word(0))
        {
            case "steal":
                scene.Memory.Steal(lease, line.LengthOrNull("for"));
                break;
            case "take":
                scene.Memory.SaveShardsAsync(1, default);
                if (scene.Memory.TryAcquireAsync(lease, "thief", line.Length("for"), default).Result is null)
                    throw line.Unknown(lease, "somebody holds it");
                break;
            default:
                throw line.Unknown(line.Word(0), "a lease is taken or stolen");
        }
        return null;
    }
}
