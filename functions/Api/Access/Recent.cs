using System.Diagnostics.CodeAnalysis;

namespace OrchestratorFunctions.Api.Access;

/// <summary>So many values by their keys; the one that was not asked for longest goes first. For one thread.</summary>
internal sealed class Recent<T>(int most)
{
    private readonly Dictionary<string, LinkedListNode<(string Key, T Value)>> nodes = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, T Value)> order = new();

    public int Count => nodes.Count;

    public bool TryGet(string key, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (!nodes.TryGetValue(key, out var node)) return false;
        order.Remove(node);
        order.AddFirst(node);
        value = node.Value.Value;
        return true;
    }

    public void Set(string key, T value)
    {
        if (nodes.Remove(key, out var before)) order.Remove(before);
        nodes[key] = order.AddFirst((key, value));
        if (nodes.Count <= most) return;
        nodes.Remove(order.Last!.Value.Key);
        order.RemoveLast();
    }
}
