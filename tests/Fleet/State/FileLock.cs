namespace OrchestratorFunctions.Fleet.State;

/// <summary>A lock on a file (flock(2)), held until it is disposed or the process ends; other processes see it too.</summary>
internal sealed class FileLock : IDisposable
{
    // errno EWOULDBLOCK of flock(2); a full or broken disk is another matter.
    private const int WouldBlock = 11;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FileStream stream;

    private FileLock(FileStream stream) => this.stream = stream;

    /// <param name="isShared">Several may hold it at once, but nobody alone meanwhile.</param>
    public static async Task<FileLock> TakeAsync(string path, bool isShared = false, CancellationToken cancel = default)
    {
        while (true)
        {
            if (TryTake(path, isShared) is { } taken) return taken;
            await Task.Delay(Pause, cancel);
        }
    }

    /// <summary>Null when somebody else holds it.</summary>
    public static FileLock? TryTake(string path, bool isShared = false)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            FileStream stream;
            try
            {
                stream = isShared
                    ? new(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read)
                    : new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e.HResult == WouldBlock)
            {
                return null;
            }
            if (!IsRemoved(stream)) return new(stream);
            // The holder before us has removed the file: what we got guards nothing.
            stream.Dispose();
        }
    }

    public void Dispose() => stream.Dispose();

    private static bool IsRemoved(FileStream stream) =>
        new FileInfo($"/proc/self/fd/{stream.SafeFileHandle.DangerousGetHandle()}").LinkTarget?.EndsWith(" (deleted)", StringComparison.Ordinal) == true;
}
