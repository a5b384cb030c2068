using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// Names one server: host and port. Hosts compare without case. The text form is <c>host:port</c>;
/// an IPv6 address stands in brackets (<c>[::1]:3306</c>). Without a port, 3306 is meant.
/// </summary>
public sealed record InstanceKey : IComparable<InstanceKey>
{
    /// <summary>What stands before a name of a host so that it cannot exist. Only servers tell such names.</summary>
    public const string NoHost = "//";

    /// <summary>MySQL's registered port.</summary>
    public const int DefaultPort = 3306;

    // Keys are compared and looked up far more often than they are made.
    private readonly int hash;

    public InstanceKey(string host, int port)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535);
        Host = host.ToLowerInvariant();
        Port = port;
        hash = HashCode.Combine(Host, Port);
    }

    /// <summary>Lower-case host name or address, without brackets.</summary>
    public string Host { get; }

    /// <summary>TCP port, 1 to 65535.</summary>
    public int Port { get; }

    /// <summary>
    /// Reads the text form of a key, which may be of any host that a server named; throws
    /// <see cref="FormatException"/> naming the text and what would be right.
    /// </summary>
    public static InstanceKey Parse(string text) =>
        TryRead(text, out var key, out var problem) ? key : throw new FormatException(problem);

    /// <summary>The key of such a text; null when it is none.</summary>
    public static InstanceKey? Stored(string? text) => TryRead(text, out var key, out _) ? key : null;

    /// <summary>
    /// Reads what a person writes: <c>host:port</c>, <c>host</c> or <c>[v6]:port</c>; on refusal
    /// <paramref name="problem"/> says why and what would be right.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out InstanceKey? key, out string problem)
    {
        if (!TryRead(text, out key, out problem)) return false;
        if (HostNames.WhyNot(key.Host, text!.Trim()) is not { } wrong) return true;
        (key, problem) = (null, $"server '{text.Trim()}': {wrong}");
        return false;
    }

    private static bool TryRead(string? text, [NotNullWhen(true)] out InstanceKey? key, out string problem)
    {
        key = null;
        var trimmed = text?.Trim() ?? "";
        var (host, portText) = Split(trimmed);
        // The source of a detached link (Detach): no such host, and it is stored as it was told.
        var name = host.StartsWith(NoHost, StringComparison.Ordinal) ? host[NoHost.Length..] : host;
        if (name.Length == 0 || name.Any(c => char.IsWhiteSpace(c) || c is '/' or '\\' or '#' or '?' or '\''))
        {
            problem = $"server '{trimmed}': expected host:port, for example db1.example.com:3306";
            return false;
        }
        if (!int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > 65535)
        {
            problem = $"server '{trimmed}': port '{portText}' must be a number from 1 to 65535";
            return false;
        }
        key = new InstanceKey(host, port);
        problem = "";
        return true;
    }

    public bool Equals(InstanceKey? other) => ReferenceEquals(this, other)
        || (other is not null && hash == other.hash && Port == other.Port && Host == other.Host);

    public override int GetHashCode() => hash;

    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    public int CompareTo(InstanceKey? other)
    {
        if (other is null) return 1;
        var byHost = string.CompareOrdinal(Host, other.Host);
        return byHost != 0 ? byHost : Port.CompareTo(other.Port);
    }

    public static bool operator <(InstanceKey left, InstanceKey right) => left.CompareTo(right) < 0;
    public static bool operator >(InstanceKey left, InstanceKey right) => left.CompareTo(right) > 0;
    public static bool operator <=(InstanceKey left, InstanceKey right) => left.CompareTo(right) <= 0;
    public static bool operator >=(InstanceKey left, InstanceKey right) => left.CompareTo(right) >= 0;

    private static (string Host, string Port) Split(string text)
    {
        const string defaultPort = "3306";
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0) return ("", defaultPort);
            var rest = text[(end + 1)..];
            if (rest.Length == 0) return (text[1..end], defaultPort);
            return rest[0] == ':' ? (text[1..end], rest[1..]) : ("", defaultPort);
        }
        var colon = text.LastIndexOf(':');
        if (colon < 0) return (text, defaultPort);
        // More than one colon without brackets is a bare IPv6 address.
        return text.IndexOf(':', StringComparison.Ordinal) == colon
            ? (text[..colon], text[(colon + 1)..])
            : (text, defaultPort);
    }
}
