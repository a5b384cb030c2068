using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.FunctionsHost.Protocol;

namespace OrchestratorFunctions.FunctionsHost;

/// <summary>
/// Stands in for the Functions host where there is none: it starts the built app as its worker process, tells it of its functions, calls them,
/// and keeps the log that a person would see. It has no timers, no queue and no durable backend of its own; whoever uses it calls.
/// </summary>
public sealed class StandInHost : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (string Function, TaskCompletionSource<InvocationResponse> Answer)> running = new();
    private readonly ConcurrentDictionary<string, byte> loaded = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FunctionLoadRequest[] functions;
    private readonly WorkerStream stream;
    private readonly WebApplication server;
    private readonly string folder;

    private StandInHost(string folder)
    {
        this.folder = folder;
        functions = HostFunctions.Read(folder);
        Log = new HostLog(Path.Combine(folder, "host.json"));
        stream = new WorkerStream(Hear);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(o => o.MaxReceiveMessageSize = null);
        builder.Services.AddSingleton(stream);
        server = builder.Build();
        server.MapGrpcService<WorkerStream>();
    }

    public HostLog Log { get; }

    /// <summary>The worker's process.</summary>
    public Process Worker { get; private set; } = null!;

    /// <summary>What the worker says it is able to do, by name.</summary>
    public IReadOnlyDictionary<string, string> Capabilities { get; private set; } = new Dictionary<string, string>();

    /// <summary>Starts the app and returns when the worker has taken in every function, or has ended.</summary>
    /// <param name="folder">Output of the app's build or publish.</param>
    /// <param name="settings">App settings, as the platform gives them: environment variables.</param>
    /// <param name="launcher">A command that the worker is started by, as to limit it; empty for none.</param>
    public static async Task<StandInHost> StartAsync(
        string folder, IReadOnlyDictionary<string, string> settings, IReadOnlyList<string>? launcher = null)
    {
        var host = new StandInHost(folder);
        await host.server.StartAsync();
        host.StartWorker(settings, launcher ?? []);
        if (await Task.WhenAny(host.ready.Task, host.Worker.WaitForExitAsync()) == host.ready.Task) await host.ready.Task;
        return host;
    }

    /// <summary>Calls a function that is triggered by a timer. The task ends with the function, and throws what it threw.</summary>
    public Task CallTimerAsync(string function, CancellationToken cancel) =>
        CallAsync(NewCall(function, ("timer", new TypedData { Json = """{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}""" })), cancel);

    /// <summary>
    /// Hands a request to the function that answers every path, as the host does: it tells the worker of the call, and sends the request itself
    /// to the address that the worker named. The durable backend that the call names is not there.
    /// </summary>
    public async Task<(int Status, string Body)> RequestAsync(HttpMethod method, string path, CancellationToken cancel)
    {
        var call = NewCall("Http", ("client", new TypedData { String = """{"rpcBaseUrl":"http://127.0.0.1:1/","taskHubName":"none"}""" }));
        var calling = CallAsync(call, cancel);
        using var http = new HttpClient { BaseAddress = new Uri(Capabilities["HttpUri"]) };
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("x-ms-invocation-id", call.InvocationId);
        using var answer = await http.SendAsync(request, cancel);
        var body = await answer.Content.ReadAsStringAsync(cancel);
        await calling;
        return ((int)answer.StatusCode, body);
    }

    public async ValueTask DisposeAsync()
    {
        if (!Worker.HasExited) stream.Send(new StreamingMessage { WorkerTerminate = new WorkerTerminate() });
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await Worker.WaitForExitAsync(patience.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        if (!Worker.HasExited) Worker.Kill(entireProcessTree: true);
        await server.DisposeAsync();
        Worker.Dispose();
        Log.Dispose();
    }

    private static InvocationRequest NewCall(string function, (string Name, TypedData Data) input)
    {
        var call = new InvocationRequest { InvocationId = Guid.NewGuid().ToString(), FunctionId = function, TraceContext = new RpcTraceContext() };
        call.InputData.Add(new ParameterBinding { Name = input.Name, Data = input.Data });
        return call;
    }

    private async Task CallAsync(InvocationRequest call, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<InvocationResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        running[call.InvocationId] = (call.FunctionId, answer);
        using var cancelling = cancel.Register(() =>
            stream.Send(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = call.InvocationId } }));
        stream.Send(new StreamingMessage { RequestId = call.InvocationId, InvocationRequest = call });
        var ended = Worker.WaitForExitAsync(CancellationToken.None);
        if (await Task.WhenAny(answer.Task, ended) == ended) throw new InvalidOperationException("the worker ended during the call");
        var result = (await answer.Task).Result;
        if (result.Status == StatusResult.Types.Status.Failure) throw new InvalidOperationException(result.Exception?.Message);
    }

    private void StartWorker(IReadOnlyDictionary<string, string> settings, IReadOnlyList<string> launcher)
    {
        string[] command =
        [
            .. launcher, "dotnet", Path.Combine(folder, "OrchestratorFunctions.App.dll"),
            "--functions-uri", server.Urls.Single(), "--functions-worker-id", "worker", "--functions-request-id", "start",
            "--functions-grpc-max-message-length", int.MaxValue.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = folder,
        };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        // Set by the platform.
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = folder;
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        foreach (var (key, value) in settings) start.Environment[key] = value;
        Worker = Process.Start(start)!;
        Worker.OutputDataReceived += (_, line) => TakeConsole(line.Data, isError: false);
        Worker.ErrorDataReceived += (_, line) => TakeConsole(line.Data, isError: true);
        Worker.BeginOutputReadLine();
        Worker.BeginErrorReadLine();
    }

    private void TakeConsole(string? line, bool isError)
    {
        if (!string.IsNullOrWhiteSpace(line)) Log.TakeFromConsole(line, isError);
    }

    private void Hear(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.StartStream:
                stream.Send(new StreamingMessage { WorkerInitRequest = new WorkerInitRequest { HostVersion = "4.1037.0", FunctionAppDirectory = folder } });
                break;
            case StreamingMessage.ContentOneofCase.WorkerInitResponse:
                Capabilities = message.WorkerInitResponse.Capabilities.ToDictionary();
                foreach (var load in functions) stream.Send(new StreamingMessage { FunctionLoadRequest = load });
                break;
            case StreamingMessage.ContentOneofCase.FunctionLoadResponse:
                TakeLoaded(message.FunctionLoadResponse);
                break;
            case StreamingMessage.ContentOneofCase.RpcLog:
                TakeLog(message.RpcLog);
                break;
            case StreamingMessage.ContentOneofCase.InvocationResponse:
                if (running.TryRemove(message.InvocationResponse.InvocationId, out var call)) call.Answer.TrySetResult(message.InvocationResponse);
                break;
            default:
                break;
        }
    }

    private void TakeLoaded(FunctionLoadResponse response)
    {
        if (response.Result.Status != StatusResult.Types.Status.Success)
            ready.TrySetException(new InvalidOperationException($"{response.FunctionId}: {response.Result.Exception?.Message}"));
        loaded[response.FunctionId] = 0;
        if (loaded.Count == functions.Length) ready.TrySetResult();
    }

    // Levels have the same numbers on both sides.
    private void TakeLog(RpcLog line)
    {
        if (line.LogCategory != RpcLog.Types.RpcLogCategory.User) return;
        var function = running.TryGetValue(line.InvocationId, out var call) ? call.Function : null;
        Log.Take(function, (LogLevel)(int)line.Level, line.Exception is { } e ? $"{line.Message} {e.Message}" : line.Message);
    }
}
