using System.Collections.Immutable;

namespace OrchestratorFunctions.App.Settings;

/// <summary>
/// Section <c>FailureBus</c>: the Service Bus namespace of failures. The Functions host reads the same section for its
/// trigger.
/// </summary>
public sealed class FailureBusOptions
{
    public const string Section = "FailureBus";

    /// <summary>Host name of the namespace.</summary>
    public string FullyQualifiedNamespace { get; set; } = "";

    /// <summary>For the host: how it signs in.</summary>
    public string Credential { get; set; } = "managedidentity";

    /// <summary>For the host: client id of the user-assigned identity.</summary>
    public string ClientId { get; set; } = "";

    public ImmutableArray<string> Problems() => Uri.CheckHostName(FullyQualifiedNamespace) == UriHostNameType.Dns && FullyQualifiedNamespace.Contains('.', StringComparison.Ordinal)
        ? [] : [$"{Section}:FullyQualifiedNamespace '{FullyQualifiedNamespace}': expected a host name like NAME.servicebus.windows.net"];
}
