using System.Collections.Immutable;
using MySqlConnector;
using OrchestratorFunctions.MySql.Sessions;

namespace OrchestratorFunctions.MySql.Probing;

/// <summary>Asks a server the questions of a probe: all in one round trip, and one by one when it refuses one of them.</summary>
internal static class Questioning
{
    /// <summary>The answers, and what the server refused.</summary>
    public static async Task<(Dictionary<ProbePart, Table> Answers, ImmutableDictionary<ProbePart, string> Refused)> AskAsync(
        Session session, ImmutableArray<ProbeQuestion> questions, ImmutableDictionary<ProbePart, string> refused, Countdown limit, CancellationToken cancel)
    {
        var open = refused.IsEmpty ? questions : [.. questions.Where(q => !refused.ContainsKey(q.Part))];
        var batch = string.Join(";\n", open.Select(q => q.Sql));
        try
        {
            return (await session.QueryAsync(batch, reader => ReadAllAsync(reader, open), limit.Left, cancel), refused);
        }
        catch (MySqlException e) when (IsRefusal(e) && session.IsUsable)
        {
            return await AskOneByOneAsync(session, open, refused, limit, cancel);
        }
    }

    private static async Task<(Dictionary<ProbePart, Table>, ImmutableDictionary<ProbePart, string>)> AskOneByOneAsync(
        Session session, ImmutableArray<ProbeQuestion> questions, ImmutableDictionary<ProbePart, string> refused, Countdown limit, CancellationToken cancel)
    {
        var answers = new Dictionary<ProbePart, Table>();
        foreach (var question in questions)
            try
            {
                answers[question.Part] = await session.QueryAsync(question.Sql, Table.ReadAsync, limit.Left, cancel);
            }
            catch (MySqlException e) when (question.Part != ProbePart.Variables && IsRefusal(e) && session.IsUsable)
            {
                refused = refused.SetItem(question.Part, $"{question.Name}: {ErrorKinds.Said((int)e.ErrorCode, e)}");
            }
        return (answers, refused);
    }

    private static async Task<Dictionary<ProbePart, Table>> ReadAllAsync(MySqlDataReader reader, ImmutableArray<ProbeQuestion> questions)
    {
        var answers = new Dictionary<ProbePart, Table>();
        foreach (var question in questions)
        {
            answers[question.Part] = await Table.ReadAsync(reader);
            if (!await reader.NextResultAsync()) break;
        }
        return answers;
    }

    // A server that shuts down refuses everything; that is not a missing privilege.
    private static bool IsRefusal(MySqlException e) =>
        ErrorKinds.IsServerAnswer(e) && ErrorKinds.Of(e, wasOpen: true).Kind != Core.Model.ProbeFailureKind.ShuttingDown;
}
