using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace OrchestratorFunctions.Local.Cli.Old;

/// <summary>Over HTTP, as orchestrator's client asks: the first address whose leader check answers.</summary>
internal sealed class RemoteOldApi : IOldApi, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90), CheckPatience = TimeSpan.FromSeconds(1);

    private readonly HttpClient http = new() { Timeout = Patience };
    private readonly Uri address;

    private RemoteOldApi(Uri address, string credentials)
    {
        this.address = address;
        if (credentials.Length > 0)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
    }

    public string Where => $"over {address}";

    /// <param name="addresses">Parted by spaces; <c>/api</c> may be left out.</param>
    /// <param name="credentials">USER:PASSWORD; empty for none.</param>
    public static async Task<RemoteOldApi> FindAsync(string addresses, string credentials, CancellationToken cancel)
    {
        RemoteOldApi[] all = [.. addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(a => new RemoteOldApi(new Uri($"{Bare(a)}/api/"), credentials))];
        if (all.Length == 1) return all[0];
        foreach (var one in all)
            if (await one.LeadsAsync(cancel)) return one;
        return all[0];
    }

    public async Task<JsonElement> AskAsync(string path, CancellationToken cancel)
    {
        using var answer = await http.GetAsync(new Uri(address, path), cancel);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel));
        return document.RootElement.Clone();
    }

    public void Dispose() => http.Dispose();

    private static string Bare(string address)
    {
        var bare = address.TrimEnd('/');
        return bare.EndsWith("/api", StringComparison.Ordinal) ? bare[..^4] : bare;
    }

    private async Task<bool> LeadsAsync(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(CheckPatience);
        try
        {
            using var answer = await http.GetAsync(new Uri(address, "leader-check"), limit.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
