namespace OrchestratorFunctions.Hooks;

/// <summary>Which addresses are posted to.</summary>
internal static class HookAddress
{
    private const string Expected = "expected https://HOST/PATH, or http:// for this very machine";

    /// <summary>Why an address is none of them, without its path and query (S17); null when it is.</summary>
    public static string? WhyNot(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http")
            || uri.Host.Length == 0)
            return $"is no address; {Expected}";
        if (uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback)
            return $"({HttpSink.NameOf(uri)}): would send in the clear; {Expected}";
        // It would be left out of the request without a word.
        return uri.UserInfo.Length > 0 ? $"({HttpSink.NameOf(uri)}): has a user before the host; {Expected}" : null;
    }
}
