using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace OrchestratorFunctions.Flow.Tests.Running;

/// <summary>What this thread counts and measures while this is there; other tests run on other threads.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly int thread = Environment.CurrentManagedThreadId;
    private readonly ConcurrentQueue<string> all = new();

    public Measured()
    {
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Meter.Name is Telemetry.MeterName or DetailTelemetry.MeterName) to.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.Start();
    }

    /// <summary>Each as <c>name{tag=value,…} number</c>.</summary>
    public string[] All => [.. all];

    public void Dispose() => listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Environment.CurrentManagedThreadId != thread) return;
        var told = tags.ToArray().Select(t => $"{t.Key}={t.Value}");
        all.Enqueue($"{instrument.Name}{{{string.Join(',', told)}}} {value:0.###}");
    }
}
