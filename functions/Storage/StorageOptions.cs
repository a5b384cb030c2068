using System.Collections.Immutable;
using System.Data.Common;
using Azure.Core;

namespace OrchestratorFunctions.Storage;

/// <summary>
/// Which storage account holds the memory, and under which names. Give one of <see cref="ConnectionString"/> and <see
/// cref="AccountName"/>.
/// </summary>
public sealed class StorageOptions
{
    /// <summary>The configuration section these settings stand in.</summary>
    public const string Section = "Storage";

    public const string DefaultTablePrefix = "orchestrator";
    public const string DefaultEndpointSuffix = "core.windows.net";

    // A queue name has at most 63 characters, and the longest one made from the prefix ends in "-failures-poison".
    private const int LongestPrefix = 40;

    /// <summary>
    /// Of the account or of Azurite. A secret: give it by a reference to Key Vault, or use <see cref="AccountName"/>.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// The account to open with the identity of the process (managed identity, environment, developer login).
    /// </summary>
    public string AccountName { get; set; } = "";

    /// <summary>The cloud's storage domain, used with <see cref="AccountName"/>.</summary>
    public string EndpointSuffix { get; set; } = DefaultEndpointSuffix;

    /// <summary>Begins the name of every table and queue, so that several installations can share an account.</summary>
    public string TablePrefix { get; set; } = DefaultTablePrefix;

    /// <summary>For tests: changes the pipeline of every client.</summary>
    internal Action<ClientOptions>? Pipeline { get; set; }

    /// <summary>
    /// Everything wrong with the settings, each problem naming the setting and what would be right; never a value that
    /// may be secret.
    /// </summary>
    public ImmutableArray<string> Problems() => [.. FindProblems()];

    private IEnumerable<string> FindProblems()
    {
        if (ConnectionString.Length == 0 && AccountName.Length == 0)
            yield return $"{Section}:ConnectionString and {Section}:AccountName are both empty: "
                + "give the connection string of a storage account, or its name to use the identity of the process";
        if (ConnectionString.Length > 0 && AccountName.Length > 0)
            yield return $"{Section}:ConnectionString and {Section}:AccountName are both given: remove one of them";
        if (ConnectionString.Length > 0 && !IsConnectionString(ConnectionString))
            yield return $"{Section}:ConnectionString is no storage connection string: "
                + "expected 'DefaultEndpointsProtocol=https;AccountName=...;AccountKey=...', "
                + "or 'UseDevelopmentStorage=true' for Azurite";
        if (AccountName.Length > 0 && !IsAccountName(AccountName))
            yield return $"{Section}:AccountName '{AccountName}': expected 3 to 24 lower-case letters and digits";
        if (AccountName.Length > 0 && Uri.CheckHostName(EndpointSuffix) != UriHostNameType.Dns)
            yield return $"{Section}:EndpointSuffix '{EndpointSuffix}': expected a domain like {DefaultEndpointSuffix}";
        if (TablePrefix.Length is 0 or > LongestPrefix || !char.IsAsciiLetter(TablePrefix[0])
            || !TablePrefix.All(char.IsAsciiLetterOrDigit))
            yield return $"{Section}:TablePrefix '{TablePrefix}': expected 1 to {LongestPrefix} letters and digits, "
                + "beginning with a letter";
    }

    private static bool IsAccountName(string name) =>
        name.Length is >= 3 and <= 24 && name.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c));

    private static bool IsConnectionString(string text)
    {
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = text };
            return parts.ContainsKey("UseDevelopmentStorage") || parts.ContainsKey("AccountName")
                || parts.ContainsKey("SharedAccessSignature");
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
