using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace OrchestratorFunctions.Local.Tests;

/// <summary>A real process of the program that serves, to be killed and stopped.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();
    private readonly Uri address;

    private Child(Process process, Uri address) => (this.process, this.address) = (process, address);

    public bool HasExited => process.HasExited;

    /// <summary>Where it answers, without a slash at the end.</summary>
    public string Address => address.GetLeftPart(UriPartial.Authority);

    public string Log => string.Join('\n', lines);

    /// <summary>Starts it; the assignments come last, so they win over those of the place.</summary>
    public static Child Start(Place place, params string[] more)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        listener.Stop();
        return StartAt(address, place, more);
    }

    /// <summary>The same at an address, where another one has been before.</summary>
    public static Child StartAt(string at, Place place, params string[] more)
    {
        var address = new Uri(at);
        var settings = place.Assignments([$"Serve:Url={address.GetLeftPart(UriPartial.Authority)}", .. more]).SelectMany(s => (string[])["--set", s]);
        // The program is copied next to this one, because it is referenced.
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "orchestrator.dll"), "serve", .. settings]) { RedirectStandardError = true, RedirectStandardOutput = true };
        var child = new Child(Process.Start(start)!, address);
        child.process.ErrorDataReceived += child.Take;
        child.process.OutputDataReceived += child.Take;
        child.process.BeginErrorReadLine();
        child.process.BeginOutputReadLine();
        return child;
    }

    /// <summary>Waits until it watches the cluster and has seen every server.</summary>
    public async Task WatchesAsync(int servers) => await Eventually.HoldsAsync("the process watches", async () =>
    {
        Assert.False(HasExited, Log);
        return await GetAsync("clusters") is { } page && page.GetProperty("items") is var all && all.GetArrayLength() == 1 && all[0].GetProperty("seen").GetInt32() == servers
            && await GetAsync("health") is not null;
    }, () => Task.FromResult(Log));

    /// <summary>Waits until it answers at all.</summary>
    public async Task AnswersAsync() => await Eventually.HoldsAsync("the process answers", async () =>
    {
        Assert.False(HasExited, Log);
        return await AskAsync("health") is not null;
    }, () => Task.FromResult(Log));

    /// <summary>When it last saw each server.</summary>
    public async Task<DateTimeOffset[]> SeenAtAsync() => await GetAsync("clusters/shop/topology") is { } topology
        ? [.. topology.GetProperty("members").EnumerateArray().Select(m => m.GetProperty("lastSeenAt").GetDateTimeOffset())] : [];

    /// <summary>What it answers with success; null otherwise.</summary>
    public async Task<JsonElement?> GetAsync(string path) => await AskAsync(path) is (>= HttpStatusCode.OK and < HttpStatusCode.Ambiguous, var answer) ? answer : null;

    /// <summary>What it answers; null while it does not.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Answer)?> AskAsync(string path)
    {
        try
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            using var answer = await http.GetAsync(new Uri(address, "/api/v3/" + path));
            using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return (answer.StatusCode, document.RootElement.Clone());
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
        {
            return null;
        }
    }

    public async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(string path)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var answer = await http.PostAsync(new Uri(address, "/api/v3/" + path), null);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, document.RootElement.Clone());
    }

    /// <summary>A request as scripts of orchestrator make it; those that act answer when they have ended.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Answer)> AskOldAsync(string path)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(90) };
        using var answer = await http.GetAsync(new Uri(address, "/api/" + path));
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, document.RootElement.Clone());
    }

    /// <summary>What stands at a path, as a text.</summary>
    public async Task<string> TextAsync(string path)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        return await http.GetStringAsync(new Uri(address, path));
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public Task StopAsync() => SignalAsync("-STOP");

    /// <summary>SIGTERM; it has ended when this returns.</summary>
    public async Task EndAsync()
    {
        await SignalAsync("-TERM");
        await process.WaitForExitAsync();
    }

    public Task ContinueAsync() => SignalAsync("-CONT");

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private void Take(object sender, DataReceivedEventArgs received)
    {
        if (received.Data is { } line) lines.Enqueue(line);
    }
}
