using System.Collections.Immutable;
using System.Net;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Hooks;

/// <summary>
/// The mouth of the product: every address that wants to hear or is asked, over one client. Without addresses there is
/// no client either.
/// </summary>
public sealed class Webhooks : IAsyncDisposable
{
    private readonly HttpClient? http;

    /// <param name="commands">What runs commands; null where none are run.</param>
    public Webhooks(HookOptions options, TimeProvider time, ICommandRunner? commands = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var signature = Signature.Of(options.Secret);
        var posts = options.Settings.Any(h => h.Url.Length > 0);
        if (posts || !options.Addresses.IsEmpty) http = Client();
        if (!options.Settings.IsEmpty) Hooks = new ConfiguredHooks(options.Settings, commands, http, signature, time);
        if (http is null) return;
        Sinks = [.. options.Addresses.Distinct()
            .Select(a => new HttpSink(a, signature, options.Wants, options.Timeout, http, time))];
    }

    public ImmutableArray<INoticeSink> Sinks { get; } = [];

    /// <summary>What is run in the course of a recovery; null where nothing is.</summary>
    public IHookRunner? Hooks { get; }

    public ValueTask DisposeAsync()
    {
        http?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static HttpClient Client()
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // Traces would hold the whole address (S17).
            ActivityHeadersPropagator = null,
            // A body nobody reads: what is small is thrown away, a longer one costs its connection.
            MaxResponseDrainSize = 4096,
            MaxResponseHeadersLength = 16,
            // A name that moves is followed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version11,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("OrchestratorFunctions");
        return client;
    }
}
