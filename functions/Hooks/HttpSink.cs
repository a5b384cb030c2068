using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Hooks;

/// <summary>Posts notices to one address as JSON. What the other side answers beyond its status is not read.</summary>
internal sealed class HttpSink(
    Uri address, Signature? signature, Func<string, bool> wants, TimeSpan timeout, HttpClient http,
    TimeProvider time) : INoticeSink
{
    public string Name => NameOf(address);

    public string Mark { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.AbsoluteUri)))[..16];

    public bool Wants(string type) => wants(type);

    /// <summary>Path and query of an address may let anybody post: they are never shown.</summary>
    public static string NameOf(Uri address) => $"{address.Scheme}://{address.Host}";

    public async Task<Delivery> DeliverAsync(Notice notice, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            using var request = RequestOf(notice);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            return Judge(answer);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Delivery.Later($"no answer within {timeout}");
        }
        catch (HttpRequestException e)
        {
            return new Delivery.Later($"no connection ({e.HttpRequestError})");
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            return new Delivery.Later($"the connection broke ({e.GetType().Name})");
        }
    }

    private HttpRequestMessage RequestOf(Notice notice)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(notice, CoreJson.Options);
        // Of this try: an old one that is sent again by somebody else is told by it.
        return RequestOf(address, signature, notice.Id, body, time.GetUtcNow());
    }

    /// <summary>What is posted, by Standard Webhooks.</summary>
    /// <param name="signature">Null for none.</param>
    internal static HttpRequestMessage RequestOf(
        Uri address, Signature? signature, string id, byte[] body, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
        if (signature is not null) request.Headers.Add("webhook-signature", signature.Sign(id, seconds, body));
        return request;
    }

    private Delivery Judge(HttpResponseMessage answer)
    {
        var says = $"answered {(int)answer.StatusCode}";
        return answer.StatusCode switch
        {
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new Delivery.Done(),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                new Delivery.Refused($"{says}, and it is not followed to another address"),
            HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or HttpStatusCode.TooManyRequests
                or >= HttpStatusCode.InternalServerError => new Delivery.Later(says, After(answer.Headers.RetryAfter)),
            _ => new Delivery.Refused(says),
        };
    }

    private TimeSpan? After(RetryConditionHeaderValue? wait) =>
        wait?.Delta ?? (wait?.Date is { } at && at > time.GetUtcNow() ? at - time.GetUtcNow() : null);
}
