namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// What a person may write for a host. Source: RFC 1123, section 2.1, with the underscores that hosts have too.
/// </summary>
internal static class HostNames
{
    /// <summary>RFC 1035, section 2.3.4.</summary>
    private const int Longest = 255;

    /// <summary>Why a host cannot be meant and what would be right; null when it can.</summary>
    /// <param name="text">All that was written.</param>
    public static string? WhyNot(string host, string text)
    {
        if (host.Contains('@')) return "expected host:port without an account; accounts are settings (MySql:User)";
        if (host.Contains(',') || host.Contains(';')) return "expected one server, as host:port";
        if (host.Contains(':')) return WhyNotAddress(host, text);
        if (text.StartsWith('[')) return "only an IPv6 address stands in brackets; expected host:port";
        if (host.All(char.IsAsciiDigit))
            return $"a number is no host; expected host:port in one word, for example 127.0.0.1:{host}";
        if (host.Length > Longest) return $"a host name has at most {Longest} characters";
        if (host.StartsWith('-')) return "a host name does not begin with '-'";
        var strange = host.FirstOrDefault(c => !char.IsLetterOrDigit(c) && c is not ('-' or '_' or '.'));
        return strange == default ? null : $"a host name has no '{Shown(strange)}'; expected host:port";
    }

    // More than one colon: only an IPv6 address has that.
    private static string? WhyNotAddress(string host, string text) => Uri.CheckHostName(host) == UriHostNameType.IPv6
        ? null
        : text.StartsWith('[')
            ? $"'{host}' is no IPv6 address"
            : "expected host:port with one colon, or an IPv6 address in brackets, for example [::1]:3306";

    private static char Shown(char c) => char.IsControl(c) ? '?' : c;
}
