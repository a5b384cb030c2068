using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;

namespace OrchestratorFunctions.Storage.Tests;

/// <summary>The first deletions of a recovery's rows wait until each of the processes wants to delete.</summary>
internal sealed class Meeting(int processes) : HttpPipelinePolicy
{
    private readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int come;

    public bool HaveMet => all.Task.IsCompleted;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (await DeletesRecoveryAsync(message.Request))
        {
            if (Interlocked.Increment(ref come) == processes) all.SetResult();
            await all.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
        await ProcessNextAsync(message, pipeline);
    }

    // The note that it began is deleted in another transaction before.
    private static async Task<bool> DeletesRecoveryAsync(Request request)
    {
        if (request.Content is null || !$"{request.Uri}".EndsWith("$batch", StringComparison.Ordinal)) return false;
        using var body = new MemoryStream();
        await request.Content.WriteToAsync(body, CancellationToken.None);
        var text = Encoding.UTF8.GetString(body.ToArray());
        return text.Contains("DELETE ", StringComparison.Ordinal)
            && text.Contains("RowKey='active'", StringComparison.Ordinal);
    }
}
