using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// Some scheduled events of one server, by name and in order. Two with the same names are equal.
/// </summary>
/// <param name="Names">As SQL names them: <c>`shop`.`nightly`</c>. Not more than <see cref="Most"/>.</param>
/// <param name="More">How many there are besides, whose names are not kept.</param>
public sealed record EventNames(ImmutableArray<string> Names, int More = 0)
{
    /// <summary>So many names are kept of a server: they stand in each sighting of it.</summary>
    public const int Most = 200;

    private const int Told = 5;

    public static EventNames None { get; } = new([]);

    public ImmutableArray<string> Names { get; init; } = Names.IsDefault ? [] : Names;

    [JsonIgnore]
    public int Count => Names.Length + More;

    [JsonIgnore]
    public bool IsEmpty => Count == 0;

    /// <summary>The first of them, and how many more there are.</summary>
    [JsonIgnore]
    public string Says => string.Join(", ", Names.Take(Told))
        + (Count > Told ? $" and {Count - Math.Min(Told, Names.Length)} more" : "");

    public static EventNames Of(IEnumerable<string> names)
    {
        string[] all = [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return new([.. all.Take(Most)], Math.Max(0, all.Length - Most));
    }

    public bool Has(string name) => Names.Contains(name, StringComparer.Ordinal);

    public EventNames With(EventNames others)
    {
        ArgumentNullException.ThrowIfNull(others);
        var all = Of(Names.Concat(others.Names));
        return all with { More = all.More + More };
    }

    public EventNames Without(EventNames others) =>
        this with { Names = [.. Names.Except(others.Names, StringComparer.Ordinal)] };

    public bool Equals(EventNames? other) =>
        other is not null && More == other.More && Names.SequenceEqual(other.Names, StringComparer.Ordinal);

    public override int GetHashCode() =>
        Names.Aggregate(More, (hash, name) => HashCode.Combine(hash, StringComparer.Ordinal.GetHashCode(name)));
}
