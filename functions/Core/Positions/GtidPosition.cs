namespace OrchestratorFunctions.Core.Positions;

/// <summary>
/// How far a server's data goes, told in GTIDs: a <see cref="GtidSet"/> on MySQL and Percona Server, a
/// <see cref="MariaDbGtidSet"/> on MariaDB. Ranking replicas needs only what the two share.
/// The flavours have no common measure: comparing across them is answered with no,
/// joining or subtracting across them is refused with an <see cref="ArgumentException"/> that names both.
/// </summary>
public abstract record GtidPosition
{
    private const int LongestQuote = 80;

    private protected GtidPosition()
    {
    }

    public abstract bool IsEmpty { get; }

    private protected abstract string FlavorName { get; }

    public static GtidPosition EmptyFor(ServerFlavor flavor) =>
        flavor == ServerFlavor.MariaDb ? MariaDbGtidSet.Empty : GtidSet.Empty;

    /// <summary>
    /// Whether this server has everything the other has. Nothing is contained in everything, whatever its flavour.
    /// </summary>
    public bool Contains(GtidPosition other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (this, other) switch
        {
            (GtidSet mine, GtidSet theirs) => mine.Contains(theirs),
            (MariaDbGtidSet mine, MariaDbGtidSet theirs) => mine.Contains(theirs),
            _ => other.IsEmpty,
        };
    }

    /// <summary>The least position that contains both.</summary>
    public GtidPosition Union(GtidPosition other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (this, other) switch
        {
            (GtidSet mine, GtidSet theirs) => mine.Union(theirs),
            (MariaDbGtidSet mine, MariaDbGtidSet theirs) => mine.Union(theirs),
            _ => throw Mixed("join", other),
        };
    }

    /// <summary>
    /// What this server has and the other lacks; on MariaDB read the notes of <see cref="MariaDbGtidSet"/> first.
    /// </summary>
    public GtidPosition Except(GtidPosition other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (this, other) switch
        {
            (GtidSet mine, GtidSet theirs) => mine.Except(theirs),
            (MariaDbGtidSet mine, MariaDbGtidSet theirs) => mine.Except(theirs),
            _ => throw Mixed("subtract", other),
        };
    }

    /// <summary>
    /// What a server that stands here has and one that stands there lacks: nothing when <paramref name="there"/>
    /// contains this. On MariaDB that is what stands above the other's position in its domain, whoever wrote it; unlike
    /// <see cref="Except"/>, which also names the history that the other's state does not list. All of it when the
    /// other is of another flavour.
    /// </summary>
    public GtidPosition Beyond(GtidPosition there)
    {
        ArgumentNullException.ThrowIfNull(there);
        return (this, there) switch
        {
            (GtidSet mine, GtidSet theirs) => mine.Except(theirs),
            (MariaDbGtidSet mine, MariaDbGtidSet theirs) => mine.Above(theirs),
            _ => this,
        };
    }

    /// <summary>The canonical text: equal positions have equal texts, and parsing it gives the position back.</summary>
    public abstract override string ToString();

    private ArgumentException Mixed(string verb, GtidPosition other) =>
        new(
            $"Cannot {verb} {Quote(this)} and {Quote(other)}: MySQL and MariaDB GTIDs have no common measure.",
            nameof(other));

    private static string Quote(GtidPosition position)
    {
        var text = position.ToString();
        return $"the {position.FlavorName} '{(text.Length <= LongestQuote ? text : text[..LongestQuote] + "...")}'";
    }
}
