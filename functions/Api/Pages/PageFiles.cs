using System.Reflection;

namespace OrchestratorFunctions.Api.Pages;

/// <summary>
/// The built page (<c>web/</c>), which is part of this assembly: <c>dotnet build</c> builds and embeds it. A build
/// without Node.js has none.
/// </summary>
internal sealed class PageFiles
{
    /// <summary>Files below it have a hash of their content in their names.</summary>
    public const string Assets = "assets/";

    private const string Embedded = "page/", Index = "index.html";

    private readonly Dictionary<string, PageFile> files;

    private PageFiles(Dictionary<string, PageFile> files) => this.files = files;

    /// <summary>Whether it was built.</summary>
    public bool IsThere => files.ContainsKey(Index);

    /// <summary>
    /// What a path below the page's root shows: a file of that name, or the page itself, which knows its own addresses.
    /// Null for a file that there is not.
    /// </summary>
    public PageFile? this[string path] =>
        files.GetValueOrDefault(path)
        ?? (path.StartsWith(Assets, StringComparison.Ordinal) ? null : files.GetValueOrDefault(Index));

    public static PageFiles Read(Assembly from)
    {
        ArgumentNullException.ThrowIfNull(from);
        Dictionary<string, PageFile> files = new(StringComparer.Ordinal);
        foreach (var name in from.GetManifestResourceNames())
        {
            if (!name.StartsWith(Embedded, StringComparison.Ordinal)) continue;
            using var content = new MemoryStream();
            using (var stream = from.GetManifestResourceStream(name)!) stream.CopyTo(content);
            var path = name[Embedded.Length..].Replace('\\', '/');
            files[path] = PageFile.Of(path, content.ToArray());
        }
        return new PageFiles(files);
    }
}
