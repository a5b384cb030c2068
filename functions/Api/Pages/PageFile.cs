using System.IO.Compression;
using System.Security.Cryptography;

namespace OrchestratorFunctions.Api.Pages;

/// <summary>A file of the page as it is sent.</summary>
/// <param name="Type">Its media type.</param>
/// <param name="Tag">Names its content: another content has another one. Quoted, as the header ETag has it.</param>
/// <param name="IsNamedByContent">Its name holds a hash of it, so that it is never another one.</param>
internal sealed record PageFile(string Type, byte[] Plain, byte[] Zipped, string Tag, bool IsNamedByContent)
{
    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    /// <param name="path">Below the page's root: <c>assets/index-1a2b.js</c>.</param>
    public static PageFile Of(string path, byte[] content) => new(
        Types.GetValueOrDefault(Path.GetExtension(path), "application/octet-stream"), content, Zip(content),
        $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12))}\"",
        path.StartsWith(PageFiles.Assets, StringComparison.Ordinal));

    private static byte[] Zip(byte[] content)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.SmallestSize, leaveOpen: true)) zip.Write(content);
        return zipped.ToArray();
    }
}
