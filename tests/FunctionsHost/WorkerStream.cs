using System.Threading.Channels;
using Grpc.Core;
using OrchestratorFunctions.FunctionsHost.Protocol;

namespace OrchestratorFunctions.FunctionsHost;

/// <summary>The stream on which host and worker talk. The worker opens it; there is one.</summary>
internal sealed class WorkerStream(Action<StreamingMessage> hear) : FunctionRpc.FunctionRpcBase
{
    private readonly Channel<StreamingMessage> outgoing = Channel.CreateUnbounded<StreamingMessage>();

    public void Send(StreamingMessage message) => outgoing.Writer.TryWrite(message);

    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        var sending = SendAllAsync(responseStream, context.CancellationToken);
        try
        {
            await foreach (var message in requestStream.ReadAllAsync(context.CancellationToken)) hear(message);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The worker is gone.
        }
        outgoing.Writer.TryComplete();
        await sending;
    }

    private async Task SendAllAsync(IServerStreamWriter<StreamingMessage> stream, CancellationToken cancel)
    {
        try
        {
            await foreach (var message in outgoing.Reader.ReadAllAsync(cancel)) await stream.WriteAsync(message, cancel);
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException)
        {
            // The worker is gone.
        }
    }
}
