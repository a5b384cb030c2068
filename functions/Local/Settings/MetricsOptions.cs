using System.Collections.Immutable;

namespace OrchestratorFunctions.Local.Settings;

/// <summary>Section <c>Metrics</c>: whether and where this process can be scraped.</summary>
public sealed class MetricsOptions
{
    public const string Section = "Metrics";

    /// <summary>Whether <c>/metrics</c> is answered.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// An address of its own, where nothing else is answered; empty: where the other endpoints listen.
    /// </summary>
    public string Url { get; set; } = "";

    /// <summary>Whether it is answered at an address of its own.</summary>
    public bool HasOwnAddress => Enabled && Url.Length > 0;

    /// <summary>Only this machine reaches the address of its own.</summary>
    public bool IsLoopback => new Uri(Url).IsLoopback;

    /// <summary>Every problem, each naming the setting, its value and what would be right.</summary>
    /// <param name="serve">Where the other endpoints listen.</param>
    public ImmutableArray<string> Problems(ServeOptions serve)
    {
        ArgumentNullException.ThrowIfNull(serve);
        if (Url.Length == 0) return [];
        if (!Enabled)
            return [$"{Section}:Url '{Url}': expected nothing, as {Section}:Enabled is false"];
        if (!ServeOptions.IsAddress(Url))
            return [$"{Section}:Url '{Url}': expected http://ADDRESS:PORT, or nothing for the address of Serve:Url"];
        // Port 0 is any that is free.
        var isSame = new Uri(Url) is var own && Uri.TryCreate(serve.Url, UriKind.Absolute, out var other)
            && own == other && own.Port != 0;
        return isSame ? [$"{Section}:Url '{Url}': expected another address than Serve:Url, or nothing"] : [];
    }
}
