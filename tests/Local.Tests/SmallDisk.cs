using System.Diagnostics;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests;

/// <summary>
/// Puts the data of a server on a disk of its own that has little room left. Where its data was is a link to it, so that whoever takes the
/// server down finds nothing in use. Disposing kills the server and takes the disk away.
/// </summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const int RoomMegabytes = 48;

    private readonly FleetServer server;
    private readonly string folder, disk;

    private SmallDisk(FleetServer server, string folder, string disk) => (this.server, this.folder, this.disk) = (server, folder, disk);

    /// <summary>Why there can be no such disk here; null when there can.</summary>
    public static async Task<string?> WhyUnavailableAsync()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var (code, says) = await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder);
        if (code == 0) await RunAsync("umount", folder);
        Directory.Delete(folder);
        return code == 0 ? null : $"a small disk cannot be mounted here: {says.Trim()}";
    }

    public static async Task<SmallDisk> OfAsync(FleetServer server)
    {
        var folder = (await server.ScalarAsync<string>("SELECT @@datadir"))!.TrimEnd('/');
        server.Kill();
        var used = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length) >> 20;
        var disk = Directory.CreateTempSubdirectory().FullName;
        await MustAsync("mount", "-t", "tmpfs", "-o", $"size={used + RoomMegabytes}m", "tmpfs", disk);
        await MustAsync("cp", "-a", folder + "/.", disk);
        Directory.Delete(folder, recursive: true);
        Directory.CreateSymbolicLink(folder, disk);
        await server.RestartAsync();
        return new SmallDisk(server, folder, disk);
    }

    /// <summary>Nothing more can be written to it.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Path.Combine(disk, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1);
        var block = new byte[64 << 10];
        for (var size = block.Length; size > 0;)
            try
            {
                filler.Write(block, 0, size);
            }
            catch (IOException)
            {
                size /= 2;
            }
    }

    /// <summary>How much room is left, and the last lines of the server's log.</summary>
    public string Says
    {
        get
        {
            var log = Directory.EnumerateFiles(disk, "*.log").Concat(Directory.EnumerateFiles(Path.GetDirectoryName(folder)!, "error.log"));
            return $"{new DriveInfo(disk).AvailableFreeSpace} bytes free\n{string.Join('\n', log.SelectMany(f => File.ReadLines(f).TakeLast(8)))}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (server.IsRunning) server.Kill();
        await MustAsync("umount", "--lazy", disk);
        Directory.Delete(disk);
    }

    private static async Task MustAsync(params string[] command)
    {
        var (code, says) = await RunAsync(command);
        if (code != 0) throw new InvalidOperationException($"{string.Join(' ', command)}: {says}");
    }

    private static async Task<(int Code, string Says)> RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
        var says = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, says);
    }
}
