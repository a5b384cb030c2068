using System.Collections.Immutable;
using MySqlConnector;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Errors;
using OrchestratorFunctions.MySql.Reading;
using OrchestratorFunctions.MySql.Sessions;

namespace OrchestratorFunctions.MySql.Probing;

/// <summary>
/// Asks a server the questions of a probe: all in one round trip, and one by one when it refuses one of them.
/// </summary>
internal static class ProbeExecution
{
    /// <summary>
    /// The answers, what the server refused, and which refusals of these are of the moment: the same question may be
    /// answered the next time.
    /// </summary>
    public static async Task<Said> AskAsync(
        Session session, ImmutableArray<ProbeQuestion> questions, ImmutableDictionary<ProbePart, string> refused,
        Countdown limit, CancellationToken cancel)
    {
        var open = refused.IsEmpty ? questions : [.. questions.Where(q => !refused.ContainsKey(q.Part))];
        var batch = string.Join(";\n", open.Select(q => q.Sql));
        try
        {
            var answers = await session.QueryAsync(batch, reader => ReadAllAsync(reader, open), limit.Left, cancel);
            return new(answers, refused, []);
        }
        catch (MySqlException e) when (IsRefusal(e) && session.IsUsable)
        {
            return await AskOneByOneAsync(session, open, refused, limit, cancel);
        }
    }

    private static async Task<Said> AskOneByOneAsync(
        Session session, ImmutableArray<ProbeQuestion> questions, ImmutableDictionary<ProbePart, string> refused,
        Countdown limit, CancellationToken cancel)
    {
        var (answers, passing) = (new Dictionary<ProbePart, QueryResult>(), ImmutableHashSet<ProbePart>.Empty);
        foreach (var question in questions)
            try
            {
                answers[question.Part] =
                    await session.QueryAsync(question.Sql, QueryResult.ReadAsync, limit.Left, cancel);
            }
            catch (MySqlException e) when (question.Part != ProbePart.Variables && IsRefusal(e) && session.IsUsable)
            {
                refused = refused.SetItem(
                    question.Part, $"{question.Name}: {ProbeFailureClassifier.Said((int)e.ErrorCode, e)}");
                if (IsPassing((int)e.ErrorCode)) passing = passing.Add(question.Part);
            }
        return new(answers, refused, passing);
    }

    private static async Task<Dictionary<ProbePart, QueryResult>> ReadAllAsync(
        MySqlDataReader reader, ImmutableArray<ProbeQuestion> questions)
    {
        var answers = new Dictionary<ProbePart, QueryResult>();
        foreach (var question in questions)
        {
            answers[question.Part] = await QueryResult.ReadAsync(reader);
            if (!await reader.NextResultAsync()) break;
        }
        return answers;
    }

    // Killed (1317), out of time (3024, 1969), or behind a lock for too long (1205, 3572).
    private static bool IsPassing(int error) => error is 1317 or 3024 or 1969 or 1205 or 3572;

    // A server that shuts down refuses everything; that is not a missing privilege.
    private static bool IsRefusal(MySqlException e) =>
        ProbeFailureClassifier.IsServerAnswer(e)
            && ProbeFailureClassifier.Of(e, wasOpen: true).Kind != Core.Model.ProbeFailureKind.ShuttingDown;
}

/// <summary>What came of the questions of one probe.</summary>
/// <param name="Refused">With what the server said.</param>
/// <param name="Passing">Refusals that say nothing of the next time.</param>
internal sealed record Said(
    Dictionary<ProbePart, QueryResult> Answers, ImmutableDictionary<ProbePart, string> Refused,
    ImmutableHashSet<ProbePart> Passing)
{
    /// <summary>Together with what was said before it.</summary>
    public Said After(
        Dictionary<ProbePart, QueryResult> answers, ImmutableDictionary<ProbePart, string> refused,
        ImmutableHashSet<ProbePart> passing) =>
        new(new(answers.Concat(Answers)), refused.SetItems(Refused), passing.Union(Passing));
}
