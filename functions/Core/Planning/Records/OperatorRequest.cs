using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Records;

/// <summary>
/// What a person said who asked for a recovery. It stands in the record, so that whoever goes on with it follows the
/// same word.
/// </summary>
/// <param name="Because">The reason given; may be empty.</param>
public sealed record OperatorRequest(string Because)
{
    /// <summary>How the word of <see cref="PrimaryIsDead"/> is given.</summary>
    public const string Vouching = "--primary-is-dead (primaryIsDead=true), when somebody has seen that it is off";

    /// <summary>
    /// The person vouches that the old primary is off: neither replicas that hear it nor other places that do not find
    /// it dead keep it from being replaced. That it answers us does (S8, S18; 0032).
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool PrimaryIsDead { get; init; }

    /// <summary>The person accepts that acknowledged transactions may be lost, in this recovery alone (S4).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AcceptsLoss { get; init; }

    /// <summary>The person wants no hooks in this plan.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SkipsHooks { get; init; }

    /// <summary>How the change is meant that is asked for; null where there is nothing to say of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChangeDetails? Details { get; init; }

    /// <summary>The wishes that a recovery follows which is asked for so: who asked is not asked again.</summary>
    public RecoveryPolicy Applied(RecoveryPolicy policy) => Allowing(policy) with { ApproveClusters = [] };

    /// <summary>The same wishes with the loss that is accepted, and without hooks where none are wanted.</summary>
    public RecoveryPolicy Allowing(RecoveryPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy with
        {
            AllowPossibleLoss = policy.AllowPossibleLoss || AcceptsLoss, Hooks = SkipsHooks ? default : policy.Hooks,
        };
    }

    /// <summary>What the person takes upon themselves, for plans and records.</summary>
    public IEnumerable<string> Risks(string actor, InstanceKey primary)
    {
        if (PrimaryIsDead)
            yield return $"{actor} vouches that {primary} is off (--primary-is-dead): if it is not, two servers accept "
                + "writes, and what only the old one has is lost";
        if (AcceptsLoss)
            yield return $"{actor} accepts that acknowledged transactions are lost (--accept-loss)";
    }
}
