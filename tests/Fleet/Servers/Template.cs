using System.Security.Cryptography;
using System.Text;
using OrchestratorFunctions.Fleet.State;

namespace OrchestratorFunctions.Fleet.Servers;

/// <summary>The ready data directory that each new server gets a copy of, and what is in every configuration file.</summary>
/// <param name="root">Where the server is unpacked.</param>
internal sealed class Template(ServerKind kind, string root)
{
    // Another number makes all of them anew.
    private const string Version = "2";

    private static readonly string Folder = Path.Combine(Places.Cache, "templates");

    private readonly string share = ((string[])["mysql", "mariadb"]).Select(s => Path.Combine(root, "fs/usr/share", s))
        .LastOrDefault(s => Directory.Exists(Path.Combine(s, "charsets"))) ?? "";

    private string LockFile => Path.Combine(Folder, $"{kind.Name}.lock");

    private string Program => Path.Combine(root, "bin/mysqld");

    public IEnumerable<string> Lines =>
    [
        "[mysqld]", .. Environment.IsPrivilegedProcess ? (string[])["user=root"] : [],
        $"basedir={root}/fs/usr", $"lc-messages-dir={share}", $"character-sets-dir={share}/charsets",
        $"plugin-dir={root}/fs/usr/lib/mysql/plugin", $"secure-file-priv={(kind.IsMariaDb ? "" : "NULL")}",
        .. Configuration.Small(kind),
    ];

    /// <summary>Makes it when its inputs are new.</summary>
    public async Task PrepareAsync(CancellationToken cancel)
    {
        var path = await PathAsync(cancel);
        if (Directory.Exists(path)) return;
        using var held = await FileLock.TakeAsync(LockFile, cancel: cancel);
        if (Directory.Exists(path)) return;
        // Half-made ones, and those with old inputs.
        foreach (var old in ((string[])[$".{kind.Name}-*", $"{kind.Name}-*"]).SelectMany(p => Directory.EnumerateDirectories(Folder, p)))
            Directory.Delete(old, recursive: true);
        await BuildAsync(path, cancel);
    }

    /// <summary>The shared lock keeps another run from replacing it meanwhile.</summary>
    public async Task CopyToAsync(string target, CancellationToken cancel)
    {
        using var held = await FileLock.TakeAsync(LockFile, isShared: true, cancel);
        await Shell.OutputAsync("cp", ["-r", "--sparse=always", "--reflink=auto", await PathAsync(cancel), target], cancel: cancel);
    }

    private async Task<string> PathAsync(CancellationToken cancel)
    {
        string[] inputs =
        [
            await File.ReadAllTextAsync(Path.Combine(root, "packages.txt"), cancel), await File.ReadAllTextAsync(kind.UsersFile, cancel),
            .. Lines, Version,
        ];
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', inputs))));
        return Path.Combine(Folder, $"{kind.Name}-{hash[..12]}");
    }

    // Both ways create the accounts with the binary log off, so every server starts with an empty GTID set.
    private async Task BuildAsync(string path, CancellationToken cancel)
    {
        Scripts.Say($"Preparing an empty data directory for {kind.Name} (once; about three seconds) ...");
        var build = Directory.CreateDirectory(Path.Combine(Folder, $".{kind.Name}-{Guid.NewGuid():n}")).FullName;
        var (data, log, settings) = (Path.Combine(build, "data"), Path.Combine(build, "log"), Path.Combine(build, "my.cnf"));
        await File.WriteAllLinesAsync(settings, Lines, cancel);
        string[] arguments = [$"--defaults-file={settings}", $"--datadir={data}"];
        if (kind.IsMariaDb) Directory.CreateDirectory(data);
        var (code, output, error) = kind.IsMariaDb
            ? await Shell.RunAsync(Program, [.. arguments, "--bootstrap"], await BootstrapAsync(cancel), cancel)
            : await Shell.RunAsync(
                Program, [.. arguments, "--initialize-insecure", $"--init-file={kind.UsersFile}", $"--log-error={log}"], cancel: cancel);
        if (code != 0)
        {
            var said = $"{output}\n{error}\n{(File.Exists(log) ? await File.ReadAllTextAsync(log, cancel) : "")}";
            var why = said.Split('\n').LastOrDefault(l => l.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? said.Trim();
            throw new FleetException(1, $"cannot prepare a data directory for {kind.Name}: {why}");
        }
        File.Delete(Path.Combine(data, "auto.cnf"));
        Directory.Move(data, path);
        Directory.Delete(build, recursive: true);
    }

    private async Task<string> BootstrapAsync(CancellationToken cancel)
    {
        var prefix = Path.Combine(share, File.Exists(Path.Combine(share, "mysql_system_tables.sql")) ? "mysql" : "mariadb");
        string[] files =
        [
            $"{prefix}_system_tables.sql", $"{prefix}_performance_tables.sql", $"{prefix}_system_tables_data.sql",
            Path.Combine(share, "maria_add_gis_sp_bootstrap.sql"), $"{prefix}_sys_schema.sql",
        ];
        var text = new StringBuilder("CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n");
        foreach (var file in files) text.Append(await File.ReadAllTextAsync(file, cancel));
        // The nameless local account would win over admin@'%' on the unix socket.
        text.Append("USE mysql;\nDELETE FROM global_priv WHERE User='';\nFLUSH PRIVILEGES;\n");
        return text.Append(await File.ReadAllTextAsync(kind.UsersFile, cancel)).ToString();
    }
}
