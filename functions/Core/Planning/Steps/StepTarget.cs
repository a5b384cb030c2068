using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// What a step changes: a server or one replication channel of it, or a mark that is kept about it. Stored as one text:
/// <c>db1:3306</c>, <c>db1:3306 channel aux</c>, <c>db1:3306 default channel</c>, <c>former-primary db1:3306</c>.
/// </summary>
/// <param name="Key">The server it is about.</param>
public abstract record StepTarget(InstanceKey Key)
{
    /// <summary>The channel that is meant; null where none is named.</summary>
    public string? ChannelName => (this as Server)?.Channel;

    private const string ChannelWord = " channel ", DefaultChannel = " default channel", MarkWord = "former-primary ";

    /// <summary>A server.</summary>
    /// <param name="Channel">The channel that is meant, by its name, which is empty for the default channel; null for
    /// the whole server, or for its default channel or only one.</param>
    public sealed record Server(InstanceKey Key, string? Channel = null) : StepTarget(Key)
    {
        public override string ToString() => Channel switch
        {
            null => Key.ToString(),
            "" => Key + DefaultChannel,
            _ => Key + ChannelWord + Channel,
        };
    }

    /// <summary>That a server was replaced as primary: not on the server but kept with the cluster.</summary>
    public sealed record FormerPrimary(InstanceKey Key) : StepTarget(Key)
    {
        public override string ToString() => MarkWord + Key;
    }

    /// <summary>The whole server.</summary>
    public static implicit operator StepTarget(InstanceKey key) => new Server(key);

    /// <summary>Reads the text form; throws <see cref="FormatException"/> naming the text.</summary>
    public static StepTarget Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith(MarkWord, StringComparison.Ordinal))
            return new FormerPrimary(InstanceKey.Parse(text[MarkWord.Length..]));
        var parts = text.Split(ChannelWord, 2);
        if (parts.Length > 1) return new Server(InstanceKey.Parse(parts[0]), parts[1]);
        return text.EndsWith(DefaultChannel, StringComparison.Ordinal)
            ? new Server(InstanceKey.Parse(text[..^DefaultChannel.Length]), "")
            : new Server(InstanceKey.Parse(text));
    }
}
