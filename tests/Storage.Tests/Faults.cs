using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace OrchestratorFunctions.Storage.Tests;

/// <summary>Answers some requests itself, as a busy or broken service would: instead of the service, or after it did what was asked.</summary>
internal sealed class Faults : HttpPipelinePolicy
{
    private readonly Lock _lock = new();
    private readonly List<Fault> _left = [];

    public int Injected { get; private set; }

    public int Requests { get; private set; }

    /// <summary>The next <paramref name="times"/> requests that match are refused.</summary>
    public void Refuse(int status, int times = 1, string match = "", int retryAfter = 0) => Add(new Fault(status, times, match, IsDone: false, retryAfter));

    /// <summary>The next requests that match are carried out, but the answer says that they were not.</summary>
    public void LoseAnswer(int times = 1, string match = "", int status = 503) => Add(new Fault(status, times, match, IsDone: true, RetryAfter: 0));

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var fault = Next(message.Request);
        if (fault is null or { IsDone: true }) await ProcessNextAsync(message, pipeline);
        if (fault is not null) message.Response = new Refusal(fault.Status, fault.RetryAfter, message.Request.ClientRequestId);
    }

    private void Add(Fault fault)
    {
        lock (_lock) _left.Add(fault);
    }

    private Fault? Next(Request request)
    {
        lock (_lock)
        {
            Requests++;
            var text = $"{request.Method} {request.Uri}";
            var index = _left.FindIndex(f => f.Times > 0 && text.Contains(f.Match, StringComparison.OrdinalIgnoreCase));
            if (index < 0) return null;
            _left[index] = _left[index] with { Times = _left[index].Times - 1 };
            Injected++;
            return _left[index];
        }
    }

    private sealed record Fault(int Status, int Times, string Match, bool IsDone, int RetryAfter);

    private sealed class Refusal(int status, int retryAfter, string clientRequestId) : Response
    {
        public override int Status => status;

        public override bool IsError => true;

        public override string ReasonPhrase => "injected by the test";

        public override Stream? ContentStream { get; set; }

        public override string ClientRequestId { get; set; } = clientRequestId;

        public override void Dispose()
        {
        }

        protected override bool ContainsHeader(string name) => TryGetHeader(name, out _);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() =>
            retryAfter > 0 ? [new HttpHeader("Retry-After", retryAfter.ToString())] : [];

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
        {
            value = retryAfter > 0 && name == "Retry-After" ? retryAfter.ToString() : null;
            return value is not null;
        }

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = TryGetHeader(name, out var value) ? [value] : null;
            return values is not null;
        }
    }
}
