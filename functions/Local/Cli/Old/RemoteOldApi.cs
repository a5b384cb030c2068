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

    private RemoteOldApi(Uri address, AuthenticationHeaderValue? signIn)
    {
        this.address = address;
        http.DefaultRequestHeaders.Authorization = signIn;
    }

    /// <summary>By HTTP Basic.</summary>
    /// <param name="credentials">USER:PASSWORD.</param>
    public static AuthenticationHeaderValue Basic(string credentials) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));

    /// <summary>By a token of ours.</summary>
    public static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);

    public string Where => $"over {address}";

    /// <param name="addresses">Parted by spaces; <c>/api</c> may be left out.</param>
    /// <param name="signIn">Null for nobody.</param>
    public static async Task<RemoteOldApi> FindAsync(
        string addresses, AuthenticationHeaderValue? signIn, CancellationToken cancel)
    {
        RemoteOldApi[] all = [.. addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(a => new RemoteOldApi(new Uri($"{Bare(a)}/api/"), signIn))];
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
