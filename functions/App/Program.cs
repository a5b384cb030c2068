using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OrchestratorFunctions.App;
using OrchestratorFunctions.App.Settings;
using OrchestratorFunctions.App.Timers;
using OrchestratorFunctions.Flow;

var builder = FunctionsApplication.CreateBuilder(args);
var (settings, problems) = AppSettings.Read(builder.Configuration);
if (problems.Length > 0)
{
    foreach (var problem in problems) await Console.Error.WriteLineAsync(problem);
    throw new InvalidOperationException($"the app does not start, because of its settings:{Environment.NewLine}{string.Join(Environment.NewLine, problems)}");
}
builder.ConfigureFunctionsWebApplication();
builder.Services.AddSingleton(settings).AddSingleton(TimeProvider.System).AddSingleton<RoomSource>().AddSingleton<WatchWindowSource>();
var telemetry = builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults().WithMetrics(metrics => metrics.AddMeter(Telemetry.MeterName));
if (builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"] is { Length: > 0 }) telemetry.UseAzureMonitorExporter(o => o.Credential = new DefaultAzureCredential());
await builder.Build().RunAsync();
