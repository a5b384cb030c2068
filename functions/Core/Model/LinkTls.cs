namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// How a link that uses TLS uses it; files are paths on the replica, empty where none is set. Source: the columns
/// <c>Source_SSL_*</c> of SHOW REPLICA STATUS.
/// </summary>
/// <param name="Verifies">The name in the source's certificate is checked.</param>
/// <param name="Authority">File with the authorities that are trusted.</param>
/// <param name="AuthorityPath">Folder with them.</param>
/// <param name="Certificate">The replica's own certificate, for a source that asks for one.</param>
/// <param name="PrivateKey">File with the key of that certificate.</param>
public sealed record LinkTls(
    bool Verifies = false, string Authority = "", string AuthorityPath = "", string Certificate = "",
    string PrivateKey = "");
