using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OrchestratorFunctions.Api.Legacy;

namespace OrchestratorFunctions.Api.Tests.Legacy;

public sealed class LegacyAnswerTests
{
    [Fact]
    public async Task A_list_is_sent_as_it_is_made()
    {
        var (context, pipe) = Context();
        var made = 0;
        IEnumerable<string> Many()
        {
            for (; made < 100_000; made++) yield return $"a text that takes its room, number {made}";
        }
        var writing = LegacyAnswer.List(Many(), (json, text) => json.WriteStringValue(text)).WriteAsync(context);
        // Nobody reads: what makes the list waits.
        Assert.False(writing.IsCompleted);
        Assert.InRange(made, 1, 10_000);
        var reading = JsonSerializer.DeserializeAsync<string[]>(pipe.Reader.AsStream());
        await writing;
        await pipe.Writer.CompleteAsync();
        Assert.Equal(100_000, (await reading)!.Length);
    }

    [Fact]
    public async Task What_a_page_would_run_is_escaped_and_what_people_write_is_not()
    {
        Assert.Equal("\"\\u003Cb\\u003E \\u0026 Zürich\"", await TextOfAsync(LegacyAnswer.Text("<b> & Zürich")));
    }

    [Fact]
    public async Task An_empty_list_is_a_list_or_null_as_it_is_there()
    {
        Assert.Equal("[]", await TextOfAsync(LegacyAnswer.List<int>([], (json, n) => json.WriteNumberValue(n))));
        Assert.Equal("null", await TextOfAsync(LegacyAnswer.ListOrNull<int>([], (json, n) => json.WriteNumberValue(n))));
        Assert.Equal("[1]", await TextOfAsync(LegacyAnswer.ListOrNull([1], (json, n) => json.WriteNumberValue(n))));
    }

    private static async Task<string> TextOfAsync(LegacyAnswer answer)
    {
        var (context, pipe) = Context();
        await answer.WriteAsync(context);
        await pipe.Writer.CompleteAsync();
        using var reader = new StreamReader(pipe.Reader.AsStream(), Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    private static (HttpContext Context, Pipe Pipe) Context()
    {
        var pipe = new Pipe();
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseBodyFeature>(new Body(pipe));
        return (context, pipe);
    }

    /// <summary>An answer that somebody reads from a pipe.</summary>
    private sealed class Body(Pipe pipe) : IHttpResponseBodyFeature
    {
        public Stream Stream => pipe.Writer.AsStream();
        public PipeWriter Writer => pipe.Writer;
        public Task CompleteAsync() => pipe.Writer.CompleteAsync().AsTask();
        public void DisableBuffering()
        {
        }
        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();
        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
