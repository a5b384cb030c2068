using System.Globalization;
using System.Text.Json;

namespace OrchestratorFunctions.Fleet.State;

/// <summary>The folder of a fleet: its settings, one folder a server, and <c>fleet.json</c> once it is whole.</summary>
internal sealed class FleetFolder(string name)
{
    public static string All { get; } = Path.Combine(Places.State, "fleets");

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public string Name => name;

    public string Root { get; } = Path.Combine(All, name);

    /// <summary>What tells of the fleet, from when every replica has what its primary wrote.</summary>
    public string ReportFile => Path.Combine(Root, "fleet.json");

    public bool IsWhole => File.Exists(ReportFile);

    /// <summary>A run that ended in the middle left it, or the process that it was for is gone.</summary>
    public bool IsLeft => !IsWhole || Load()?.Owner is { IsGone: true };

    private string SettingsFile => Path.Combine(Root, "settings.json");

    private string LockFile => Path.Combine(All, $"{name}.lock");

    /// <summary>Every fleet there is, whole or not.</summary>
    public static IEnumerable<FleetFolder> Every() =>
        Directory.Exists(All) ? Directory.EnumerateDirectories(All).Order(StringComparer.Ordinal).Select(f => new FleetFolder(Path.GetFileName(f))) : [];

    public string Of(int port) => Path.Combine(Root, port.ToString(CultureInfo.InvariantCulture));

    /// <summary>Where a server has its data; the path is how its process is known.</summary>
    public string DataOf(int port) => Path.Combine(Of(port), "data");

    /// <summary>The data directories that are in it, whatever its settings say.</summary>
    public IEnumerable<string> EveryData() =>
        Directory.Exists(Root) ? Directory.EnumerateDirectories(Root).Select(f => Path.Combine(f, "data")) : [];

    /// <summary>Null when there is none, or it never got as far as its ports.</summary>
    public FleetSettings? Load()
    {
        try
        {
            return JsonSerializer.Deserialize<FleetSettings>(File.ReadAllText(SettingsFile), Json);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    public void Save(FleetSettings settings)
    {
        Directory.CreateDirectory(Root);
        Write(SettingsFile, JsonSerializer.Serialize(settings, Json));
    }

    /// <summary>Held by whoever builds it or takes it down; shared by those who make faults.</summary>
    public Task<FileLock> LockAsync(bool isShared, CancellationToken cancel) => FileLock.TakeAsync(LockFile, isShared, cancel);

    /// <summary>Null when somebody works on it right now.</summary>
    public FileLock? TryLock() => FileLock.TryTake(LockFile);

    /// <summary>Its files; whoever holds the lock calls it.</summary>
    public void Remove(bool withLock)
    {
        if (Directory.Exists(Root)) Directory.Delete(Root, recursive: true);
        if (withLock) File.Delete(LockFile);
    }

    /// <summary>A file that is there whole or not at all.</summary>
    public static void Write(string path, string text)
    {
        var part = $"{path}.{Guid.NewGuid():n}";
        File.WriteAllText(part, text);
        File.Move(part, path, overwrite: true);
    }
}
