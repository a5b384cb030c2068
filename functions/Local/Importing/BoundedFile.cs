namespace OrchestratorFunctions.Local.Importing;

/// <summary>Reads files of which nobody knows yet whether they are what they should be.</summary>
internal static class BoundedFile
{
    /// <summary>All bytes; null after what is wrong with the file, without its name.</summary>
    public static (byte[]? Bytes, string Problem) Read(string path, int most)
    {
        try
        {
            if (path.Length == 0) return (null, "expected the name of a file");
            if (Directory.Exists(path)) return (null, "is a directory; expected a file");
            using var file = File.OpenRead(path);
            var buffer = new byte[most + 1];
            // Devices and pipes have no length, so it is counted.
            var read = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return read > most
                ? (null, $"is longer than {most} bytes; expected a configuration file")
                : (buffer[..read], "");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, "there is no such file");
        }
        catch (UnauthorizedAccessException)
        {
            return (null, "may not be read by this user");
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            return (null, $"cannot be read: {e.Message.Split('\n')[0]}");
        }
    }
}
