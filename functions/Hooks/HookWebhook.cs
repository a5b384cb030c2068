using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Hooks;

/// <summary>
/// A hook that is an address: the facts are posted to it as JSON, and it agrees by answering 200 to 299. It is asked
/// once; what is no answer is no.
/// </summary>
internal sealed class HookWebhook(Uri address, Signature? signature, HttpClient http, TimeProvider time)
{
    /// <inheritdoc cref="IHookRunner.RunAsync"/>
    public async Task<HookResult> RunAsync(HookFacts facts, CancellationToken cancel)
    {
        try
        {
            using var request = RequestOf(facts);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            var said = WithoutAddress(await ReadAsync(answer, cancel));
            var status = $"answered {(int)answer.StatusCode}";
            return new HookResult(answer.IsSuccessStatusCode, said.Length > 0 ? $"{status}: {said}" : status);
        }
        catch (HttpRequestException e)
        {
            return new HookResult(false, $"no connection ({e.HttpRequestError})");
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            return new HookResult(false, $"the connection broke ({e.GetType().Name})");
        }
    }

    // Servers repeat the path that they do not know, and the path may be a secret (S17).
    private string WithoutAddress(string said)
    {
        var path = Uri.UnescapeDataString(address.AbsolutePath);
        string[] parts = [address.AbsolutePath, path, address.Query, .. path.Split('/').Where(p => p.Length >= 8)];
        return parts.Where(p => p.Length > 1)
            .Aggregate(said, (text, part) => text.Replace(part, "…", StringComparison.Ordinal));
    }

    private HttpRequestMessage RequestOf(HookFacts facts) => HttpSink.RequestOf(
        address, signature, facts.Id, JsonSerializer.SerializeToUtf8Bytes(facts, CoreJson.Options), time.GetUtcNow());

    // As much as is kept of it; a longer one costs its connection.
    private static async Task<string> ReadAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        var bytes = new byte[HookResult.Longest];
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return HookResult.Excerpt(Encoding.UTF8.GetString(bytes, 0, length));
    }
}
