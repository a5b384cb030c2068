using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using static OrchestratorFunctions.Core.Examining.FindingCode;
using static OrchestratorFunctions.Core.Examining.FindingSeverity;

namespace OrchestratorFunctions.Core.Examining.Rules;

/// <summary>Servers that do not answer, or not to everything.</summary>
internal static class SightRules
{
    public static ImmutableArray<ExaminationRule<ExaminedCluster>> Rows { get; } =
    [
        new(NotSeen, Warning, "a server does not answer from here, so nothing else is examined on it",
            c => c.Topology.Members.Where(m => !m.IsSeen).Select(m => Unseen(m, c.Terms))),
    ];

    public static ImmutableArray<ExaminationRule<ExaminedServer>> OfServer { get; } =
    [
        new(SeenInPart, Warning, "a server refuses a question; it is not promoted while it does", Parts),
    ];

    private static IEnumerable<Observation> Parts(ExaminedServer s)
    {
        var parts = PartlySeen.Of(s.Member);
        return s.When(!parts.IsEmpty, $"it did not answer: {string.Join("; ", parts)}", () =>
            [Fix.Advice("what its answer names: a table, a setting, or a privilege")]);
    }

    private static Observation Unseen(Member member, ExaminationTerms terms)
    {
        var failed = member.Outcome as ProbeOutcome.Failed;
        return new(member.Key.ToString(), $"it was not seen: {failed?.Says}", [WayTo(member, failed?.Kind, terms)]);
    }

    private static Fix WayTo(Member member, ProbeFailureKind? kind, ExaminationTerms terms) => kind switch
    {
        ProbeFailureKind.AuthenticationDenied => Fix.Advice(
            $"the account '{terms.User}' there, with the password of MySql:Password"),
        ProbeFailureKind.NameNotFound => Fix.Advice(
            $"a name server here that knows it; or, where it is gone for good: orchestrator forget {member.Key}"),
        ProbeFailureKind.Tls => Fix.Setting("MySql:SslMode"),
        ProbeFailureKind.TooManyConnections => Fix.Advice("a larger max_connections there, or fewer clients"),
        _ => Fix.Advice($"{member.Key} started, and a way to it from here; or the command forget"),
    };
}
