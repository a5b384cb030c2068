using System.Diagnostics;
using System.Net.Sockets;
using Azure.Data.Tables;

namespace OrchestratorFunctions.Local.Tests;

/// <summary>The emulator that a command without a storage account starts: the real script and the real emulator.</summary>
public sealed class EmulatorTests : IAsyncDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly string name = $"test-{Guid.NewGuid():N}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_next_command_finds_it_running()
    {
        var first = await Emulator.JoinAsync(name, Cancel);
        await first.DisposeAsync();
        Assert.True(await AnswersAsync(first));
        await using var next = await Emulator.JoinAsync(name, Cancel);
        // Each start takes new ports.
        Assert.Equal(first.ConnectionString, next.ConnectionString);
    }

    [Fact]
    public async Task It_ends_when_nobody_has_used_it_for_a_while_and_its_data_stays()
    {
        var first = await Emulator.JoinAsync(name, Cancel, idleMost: Second);
        await new TableClient(first.ConnectionString, "kept").CreateAsync(Cancel);
        await first.DisposeAsync();
        await Eventually.HoldsAsync("it ends", async () => !await AnswersAsync(first), () => Task.FromResult("it answers"));

        await using var next = await Emulator.JoinAsync(name, Cancel);
        Assert.NotNull(await new TableServiceClient(next.ConnectionString).QueryAsync("TableName eq 'kept'", cancellationToken: Cancel).FirstOrDefaultAsync(Cancel));
    }

    [Fact]
    public async Task It_does_not_end_while_somebody_uses_it()
    {
        await using var stays = await Emulator.JoinAsync(name, Cancel, idleMost: Second);
        // The same attendant ends one beside it that nobody uses, and that one was begun later.
        var other = $"{name[..30]}-b";
        var unused = await Emulator.JoinAsync(other, Cancel, idleMost: 3 * Second);
        await unused.DisposeAsync();
        await Eventually.HoldsAsync("the unused one ends", async () => !await AnswersAsync(unused), () => Task.FromResult("it answers"));
        Assert.True(await AnswersAsync(stays));
        await DownAsync(other);
    }

    [Fact]
    public async Task What_was_killed_is_started_again()
    {
        var first = await Emulator.JoinAsync(name, Cancel);
        await first.DisposeAsync();
        await ScriptAsync("kill", "--name", name);
        await Eventually.HoldsAsync("it is gone", async () => !await AnswersAsync(first), () => Task.FromResult("it answers"));
        await using var next = await Emulator.JoinAsync(name, Cancel);
        Assert.True(await AnswersAsync(next));
        Assert.NotEqual(first.ConnectionString, next.ConnectionString);
    }

    public async ValueTask DisposeAsync() => await DownAsync(name);

    private static Task DownAsync(string name) => ScriptAsync("down", "--name", name);

    private static async Task ScriptAsync(params string[] arguments)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "scripts", "azurite"))) root = root.Parent!;
        using var script = Process.Start(Path.Combine(root.FullName, "scripts", "azurite"), arguments);
        await script.WaitForExitAsync(CancellationToken.None);
        Assert.Equal(0, script.ExitCode);
    }

    private static async Task<bool> AnswersAsync(Emulator emulator)
    {
        var table = emulator.ConnectionString.Split("TableEndpoint=")[1].Split(';')[0];
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", new Uri(table).Port, Cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
