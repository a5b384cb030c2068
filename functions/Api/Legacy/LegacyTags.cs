using System.Collections.Immutable;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Flow.Operating;
using static OrchestratorFunctions.Api.Legacy.LegacyRoute;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>
/// Tags by orchestrator's names. They are read from storage: who watches takes a declaration over a moment later.
/// </summary>
internal static class LegacyTags
{
    private const string Key = "{host}/{port}", OfPath = "{tagName?}/{tagValue?}";

    public static ImmutableArray<LegacyRoute> All { get; } =
    [
        Ask("tagged", TaggedAsync),
        Ask($"tags/{Key}", TagsAsync),
        Ask($"tag-value/{Key}/{{tagName?}}", ValueAsync),
        Operate($"tag/{Key}/{OfPath}", SetAsync),
        Operate($"untag/{Key}/{{tagName?}}", RemoveAsync),
        Operate($"untag-all/{OfPath}", RemoveFromAllAsync),
    ];

    /// <summary>The tags of every server that has one.</summary>
    public static async Task<ImmutableDictionary<InstanceKey, ImmutableSortedDictionary<string, string>>> ReadAsync(
        LegacyCall call)
    {
        var all = ImmutableDictionary.CreateBuilder<InstanceKey, ImmutableSortedDictionary<string, string>>();
        foreach (var server in await call.Api.Verbs.Tags.ListAsync(call.Cancel))
            if (!server.Tags.IsEmpty) all[server.Key] = server.Tags;
        return all.ToImmutable();
    }

    private static async Task<LegacyAnswer> TaggedAsync(LegacyCall call)
    {
        if (!TagExpression.TryParse(call.Query("tag"), out var asked, out var problem))
            return LegacyAnswer.Error(problem);
        var tagged = (await call.Api.Verbs.Tags.ListAsync(call.Cancel)).Where(s => asked.IsMet(s.Tags));
        return LegacyAnswer.List(tagged, (json, s) => json.WriteKeyValue(s.Key));
    }

    private static async Task<LegacyAnswer> TagsAsync(LegacyCall call)
    {
        var (server, wrong) = await call.ServerAsync();
        if (server is null) return wrong!;
        return LegacyAnswer.List(await OfAsync(call, server), (json, t) => json.WriteStringValue($"{t.Key}={t.Value}"));
    }

    private static async Task<LegacyAnswer> ValueAsync(LegacyCall call)
    {
        var (server, wrong) = await call.ServerAsync();
        if (server is null) return wrong!;
        if (!Tag.TryParse(TextOf(call), out var asked, out var problem)) return LegacyAnswer.Error(problem);
        return (await OfAsync(call, server)).TryGetValue(asked.Name, out var value)
            ? LegacyAnswer.Text(value)
            : LegacyAnswer.Error($"tag {asked.Name} not found for {server.Key}");
    }

    private static async Task<LegacyAnswer> SetAsync(LegacyCall call)
    {
        var (server, wrong) = await call.ServerAsync();
        if (server is null) return wrong!;
        var isSo = Tag.TryParse(TextOf(call), out var tag, out _)
            && (await OfAsync(call, server)).TryGetValue(tag.Name, out var value) && value == tag.Value;
        var answer = isSo
            ? LegacyActs.IsSoAlready(call, $"{server.Key} has the tag {tag} already")
            : await LegacyActs.RunAsync(call, "tag", ("instance", server.Key.ToString()), ("tag", TextOf(call)));
        return answer.IsOk ? LegacyAnswer.Ok(answer.Message!, json => json.WriteKeyValue(server.Key)) : answer;
    }

    private static async Task<LegacyAnswer> RemoveAsync(LegacyCall call)
    {
        var (server, wrong) = await call.ServerAsync();
        return server is null ? wrong! : await RemoveAsync(
            call, s => s.Key == server.Key, $"{server.Key} has no such tag", "untag",
            ("instance", server.Key.ToString()), ("tag", TextOf(call)));
    }

    private static Task<LegacyAnswer> RemoveFromAllAsync(LegacyCall call) =>
        RemoveAsync(call, _ => true, "no server has such a tag", "untag-all", ("tag", TextOf(call)));

    // What is not there is taken away already, as in orchestrator.
    private static async Task<LegacyAnswer> RemoveAsync(
        LegacyCall call, Func<TaggedServer, bool> isMeant, string none, string operation,
        params (string Name, string Text)[] texts)
    {
        var isRead = TagCondition.TryParse(TextOf(call), out var asked, out _);
        InstanceKey[] tagged = isRead
            ? [.. (await call.Api.Verbs.Tags.ListAsync(call.Cancel)).Where(isMeant)
                .Where(s => asked!.IsMet(s.Tags)).Select(s => s.Key)]
            : [];
        var isPlain = asked is { IsNegated: false } && (asked.Value is not null || operation == "untag");
        var answer = isPlain && tagged.Length == 0
            ? LegacyActs.IsSoAlready(call, none)
            : await LegacyActs.RunAsync(call, operation, texts);
        return answer.IsOk ? LegacyAnswer.Ok(answer.Message!, json => json.WriteKeyValues(tagged)) : answer;
    }

    private static async Task<ImmutableSortedDictionary<string, string>> OfAsync(
        LegacyCall call, LegacyServer server) => (await ReadAsync(call)).GetValueOrDefault(server.Key, Tag.None);

    /// <summary>The tag that is meant: in the query, or in the path.</summary>
    private static string TextOf(LegacyCall call)
    {
        if (!call.Has("tagName") || call.Query("tag").Length > 0) return call.Query("tag");
        return call.Has("tagValue") ? $"{call.Text("tagName")}={call.Text("tagValue")}" : call.Text("tagName");
    }
}
