using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace OrchestratorFunctions.Storage.Tests.Counting;

/// <summary>Counts what storage bills: a request is one transaction, a batch one for each of its rows, an attempt that is repeated one more.</summary>
internal sealed class Counter
{
    private long tables, queues, notices, running;

    public long Tables => Interlocked.Read(ref tables);
    public long Queues => Interlocked.Read(ref queues);

    /// <summary>Reads of who has to hear of something.</summary>
    public long Notices => Interlocked.Read(ref notices);

    public bool IsBusy => Interlocked.Read(ref running) > 0;

    public void AddTo(ClientOptions client) => client.AddPolicy(new Policy(this, client is TableClientOptions), HttpPipelinePosition.PerRetry);

    private sealed class Policy(Counter counter, bool isTable) : HttpPipelinePolicy
    {
        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (isTable) Interlocked.Add(ref counter.tables, Rows(message.Request));
            else Interlocked.Increment(ref counter.queues);
            if (message.Request.Uri.Query.Contains("untold", StringComparison.Ordinal)) Interlocked.Increment(ref counter.notices);
            Interlocked.Increment(ref counter.running);
            try
            {
                await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
            }
            finally
            {
                Interlocked.Decrement(ref counter.running);
            }
        }

        private static int Rows(Request request)
        {
            if (!request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal)) return 1;
            using var body = new MemoryStream();
            request.Content!.WriteTo(body, CancellationToken.None);
            // One request line for each row.
            return Encoding.UTF8.GetString(body.ToArray()).Split('\n').Count(line => line.TrimEnd().EndsWith(" HTTP/1.1", StringComparison.Ordinal));
        }
    }
}
