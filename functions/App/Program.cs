using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OrchestratorFunctions.App;
using OrchestratorFunctions.App.Logging;
using OrchestratorFunctions.App.Settings;
using OrchestratorFunctions.App.Timers;
using OrchestratorFunctions.Flow.Running;

var builder = FunctionsApplication.CreateBuilder(args);
var (settings, problems) = AppSettings.Read(builder.Configuration);
// On one line: what stands on lines of their own below an error, the host takes for information and drops.
if (problems.Length > 0)
    throw new InvalidOperationException(
        $"the app does not start, because of its settings: {string.Join("; ", problems)}");
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware<InvocationScope>();
// What libraries say of every request is nothing a person looks for who opens the log stream.
foreach (var library in (string[])["Azure", "Grpc", "Microsoft", "System"]) builder.Logging.AddFilter(library, LogLevel.Warning);
builder.Services.AddSingleton(settings).AddSingleton(TimeProvider.System).AddSingleton<RunningInvocations>();
builder.Services.AddSingleton<AppSource>().AddSingleton<WatchWindowSource>();
var telemetry = builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults().WithMetrics(metrics => metrics.AddMeter(Telemetry.MeterName));
if (builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"] is { Length: > 0 })
    telemetry.UseAzureMonitorExporter(o => o.Credential = new DefaultAzureCredential());
var app = builder.Build();
app.Services.GetRequiredService<AppSource>().Begin();
await app.RunAsync();
