using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrchestratorFunctions.Trials.Tests;

/// <summary>A certificate for servers that make none by themselves, in files that are gone when it is disposed.</summary>
internal sealed class CertificateFiles : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trial-tls-");

    public CertificateFiles()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=trial", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var from = DateTimeOffset.UnixEpoch.AddYears(50);
        using var certificate = request.CreateSelfSigned(from, from.AddYears(50));
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>For the configuration file of a server.</summary>
    public string[] Lines => [$"ssl_cert={Certificate}", $"ssl_key={Key}", $"ssl_ca={Certificate}"];

    private string Certificate => Path.Combine(folder.FullName, "server.pem");

    private string Key => Path.Combine(folder.FullName, "server.key");

    public void Dispose() => folder.Delete(recursive: true);
}
