using System.Diagnostics;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests;

/// <summary>
/// Puts the relay logs of a replica on a disk of their own that has little room. Its data stays where it is: a server whose data
/// has no room left aborts now and then, and one that is dead is another matter. Disposing kills the server and takes the disk away.
/// </summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const int RoomMegabytes = 4;

    private readonly FleetServer server;
    private readonly string disk;

    private SmallDisk(FleetServer server, string disk) => (this.server, this.disk) = (server, disk);

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
        var disk = Directory.CreateTempSubdirectory().FullName;
        await MustAsync("mount", "-t", "tmpfs", "-o", $"size={RoomMegabytes}m", "tmpfs", disk);
        // What was received is asked for again from where it executed last.
        await server.ExecuteAsync("STOP REPLICA; RESET REPLICA");
        await server.ConfigureAsync($"relay-log={disk}/relay");
        await server.ExecuteAsync("START REPLICA");
        return new SmallDisk(server, disk);
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

    /// <summary>How much room is left, and what is on it.</summary>
    public string Says =>
        $"{new DriveInfo(disk).AvailableFreeSpace} bytes free\n{string.Join('\n', new DirectoryInfo(disk).EnumerateFiles().Select(f => $"{f.Name} {f.Length}"))}";

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
