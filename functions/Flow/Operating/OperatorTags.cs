using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>A server with its tags, as they are declared now.</summary>
/// <param name="Tags">Values by names.</param>
public sealed record TaggedServer(
    ClusterId Cluster, InstanceKey Key, ImmutableSortedDictionary<string, string> Tags);

/// <summary>
/// Tags servers, and lists what they are tagged with. Nothing is decided by a tag; it is for people and their scripts.
/// </summary>
public sealed class OperatorTags(VerbPorts ports)
{
    private const string Forgotten = "was forgotten meanwhile";

    /// <param name="name">A server by any of its names.</param>
    /// <param name="text"><c>name</c> or <c>name=value</c>.</param>
    public async Task<OperationAnswer> SetAsync(
        string name, string text, string actor, string because, CancellationToken cancel)
    {
        if (!Tag.TryParse(text, out var tag, out var problem)) return OperationAnswer.BadInput(problem);
        var (server, refusal) = await FindAsync(name, cancel);
        if (server is null) return OperationAnswer.BadInput(refusal!);
        var isThere = server.Tags.TryGetValue(tag.Name, out var before);
        if (isThere && before == tag.Value) return OperationAnswer.Refused($"{server.Key} has the tag {tag} already");
        if (!isThere && server.Tags.Count >= Tag.Most)
            return OperationAnswer.Refused(
                $"{server.Key} has {server.Tags.Count} tags, and no server has more than {Tag.Most}",
                "take one away with untag");
        var instead = isThere ? $", before {new Tag(tag.Name, before!)}" : "";
        await ports.WriteAsync(actor, "tag", server.Cluster, server.Key, $"{tag}{instead}: {because}", cancel);
        if (!await ChangeAsync(server, tags => tags.SetItem(tag.Name, tag.Value), cancel))
            return OperationAnswer.Refused($"{server.Key} {Forgotten}");
        ports.Declared();
        return OperationAnswer.Done($"{server.Key} has the tag {tag} now{instead}");
    }

    /// <inheritdoc cref="SetAsync"/>
    public async Task<OperationAnswer> RemoveAsync(
        string name, string text, string actor, string because, CancellationToken cancel)
    {
        if (ReadOne(text, out var asked) is { } wrong) return OperationAnswer.BadInput(wrong);
        var (server, refusal) = await FindAsync(name, cancel);
        if (server is null) return OperationAnswer.BadInput(refusal!);
        if (!asked!.IsMet(server.Tags)) return OperationAnswer.Refused(WhyNot(server, asked));
        if (!await RemoveAsync(server, asked, actor, because, cancel))
            return OperationAnswer.Refused($"{server.Key} {Forgotten}");
        ports.Declared();
        return OperationAnswer.Done($"{server.Key} has no tag {asked.Name} any more");
    }

    /// <param name="text"><c>name=value</c>; a name alone would take what others mean by it, too.</param>
    public async Task<OperationAnswer> RemoveFromAllAsync(
        string text, string actor, string because, CancellationToken cancel)
    {
        if (ReadOne(text, out var asked) is { } wrong) return OperationAnswer.BadInput(wrong);
        if (asked!.Value is null)
            return OperationAnswer.BadInput(
                $"tag '{asked.Name}': expected its value, as {asked.Name}=VALUE or {asked.Name}= for none");
        var tagged = (await ListAsync(cancel)).Where(s => asked.IsMet(s.Tags)).ToArray();
        if (tagged.Length == 0) return OperationAnswer.Refused($"no server has the tag {asked.Name}={asked.Value}");
        var done = new List<InstanceKey>();
        foreach (var server in tagged)
            if (await RemoveAsync(server, asked, actor, because, cancel)) done.Add(server.Key);
        ports.Declared();
        return done.Count > 0
            ? OperationAnswer.Done($"{string.Join(", ", done)}: the tag {asked.Name} is taken away")
            : OperationAnswer.Refused($"every server with the tag {asked.Name}={asked.Value} {Forgotten}");
    }

    /// <summary>Every server, also those without a tag, by cluster and key.</summary>
    public async Task<ImmutableArray<TaggedServer>> ListAsync(CancellationToken cancel) =>
    [
        .. from cluster in await ports.Topologies.ReadAllAsync(cancel)
           orderby cluster.Id.Value
           from member in cluster.Members
           orderby cluster.Id.Value, member.Key
           select new TaggedServer(cluster.Id, member.Key, member.Tags),
    ];

    private async Task<(TaggedServer? Server, Refusal? Refusal)> FindAsync(string name, CancellationToken cancel)
    {
        var (named, refusal) = (await ports.Names.ReadAsync(cancel)).Server(name);
        if (named is null) return (null, refusal);
        var (cluster, key) = (named.Cluster.Id, named.Server!);
        var stored = await ports.Topologies.ReadAsync(cluster, cancel);
        return stored?.Members.FirstOrDefault(m => m.Key == key) is { } member
            ? (new(cluster, key, member.Tags), null)
            : (null, new($"{key} {Forgotten}"));
    }

    private async Task<bool> RemoveAsync(
        TaggedServer server, TagCondition asked, string actor, string because, CancellationToken cancel)
    {
        var tag = new Tag(asked.Name, server.Tags[asked.Name]);
        await ports.WriteAsync(actor, "untag", server.Cluster, server.Key, $"{tag}: {because}", cancel);
        return await ChangeAsync(server, tags => asked.IsMet(tags) ? tags.Remove(asked.Name) : tags, cancel);
    }

    private Task<bool> ChangeAsync(
        TaggedServer server,
        Func<ImmutableSortedDictionary<string, string>, ImmutableSortedDictionary<string, string>> change,
        CancellationToken cancel) => ports.Topologies.ChangeTagsAsync(server.Cluster, server.Key, change, cancel);

    // Null after the condition was read.
    private static string? ReadOne(string text, out TagCondition? asked)
    {
        if (!TagCondition.TryParse(text, out asked, out var problem)) return problem;
        return asked.IsNegated ? $"tag '{text}': expected the name of a tag, and no '{text[0]}'" : null;
    }

    private static string WhyNot(TaggedServer server, TagCondition asked) =>
        server.Tags.TryGetValue(asked.Name, out var value)
            ? $"{server.Key} has the tag {new Tag(asked.Name, value)}, and not with the value '{asked.Value}'"
            : $"{server.Key} has no tag {asked.Name}";
}
