using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.MySql.Dialects;

namespace OrchestratorFunctions.MySql.Reading;

/// <summary>What our account may do on a server, and what accounts of others may do there. Pure.</summary>
internal static class RightsMapping
{
    /// <param name="replicationUser">The account that was asked about; empty when none is configured.</param>
    public static Instance With(
        Instance instance, IReadOnlyDictionary<ProbePart, QueryResult> answers, ServerFeatures features,
        string replicationUser)
    {
        var grants = answers.GetValueOrDefault(ProbePart.Grants, QueryResult.Empty);
        var transport = answers.GetValueOrDefault(ProbePart.Transport, QueryResult.Empty);
        var isSemiSync = instance.SemiSync is { SourceEnabled: true } or { ReplicaEnabled: true };
        return instance with
        {
            Missing = GrantMapping.Missing(grants, features, isSemiSync),
            // What was answered before the right to ask was taken away is old.
            ReplicationAccount = GrantMapping.MayReadAccounts(grants, features)
                ? AccountOf(answers.GetValueOrDefault(ProbePart.ReplicationAccount, QueryResult.Empty), replicationUser)
                : null,
            RequiresTls = transport.First?.Flag("require_secure_transport") ?? false,
        };
    }

    private static ReplicationAccount? AccountOf(QueryResult table, string user)
    {
        if (table.First is not { } row || row.Number("accounts") is not { } accounts) return null;
        return new(user, Exists: accounts > 0, IsLocked: accounts > 0 && row.Number("locked") == accounts);
    }
}
