using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using OrchestratorFunctions.Flow.Operating;
using static OrchestratorFunctions.Api.Legacy.LegacyRoute;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>
/// Maintenances by orchestrator's names, read from storage: who watches takes a declaration over a moment later.
/// </summary>
internal static class LegacyMaintenance
{
    private const string Key = "{host}/{port}";

    /// <summary>As in orchestrator (<c>MaintenanceExpireMinutes</c>): one that was forgotten ends.</summary>
    private const string Lasts = "10m";

    public static ImmutableArray<LegacyRoute> All { get; } =
    [
        Ask("maintenance", ListAsync),
        Ask($"in-maintenance/{Key}", IsInAsync),
        Operate($"begin-maintenance/{Key}/{{owner}}/{{reason}}", BeginAsync),
        Operate($"end-maintenance/{Key}", EndAsync),
        Operate("end-maintenance/{maintenanceKey}", EndByNumberAsync),
    ];

    private static async Task<LegacyAnswer> ListAsync(LegacyCall call) =>
        LegacyAnswer.List(await call.Api.Verbs.Maintenance.ListAsync(call.Cancel), (json, m) => Write(json, m, call));

    private static async Task<LegacyAnswer> IsInAsync(LegacyCall call)
    {
        var (server, wrong) = await call.ServerAsync();
        if (server is null) return wrong!;
        var isIn = (await call.Api.Verbs.Maintenance.ListAsync(call.Cancel)).Any(m => m.Server == server.Key);
        return LegacyAnswer.Ok(
            isIn ? "true" : "false", json => json.WriteStringValue(isIn ? server.Key.ToString() : ""));
    }

    private static Task<LegacyAnswer> BeginAsync(LegacyCall call) => LegacyActs.OfServerAsync(
        call, s => LegacyActs.RunAsync(
            call, "maintenance", LegacyActs.OwnerOf(call), ("instance", s.Key.ToString()),
            ("because", call.Text("reason")), ("for", Lasts)),
        details: LegacyActs.KeyOf);

    /// <summary>What is over already is done.</summary>
    private static Task<LegacyAnswer> EndAsync(LegacyCall call) => LegacyActs.OfServerAsync(call, async s =>
    {
        var all = await call.Api.Verbs.Maintenance.ListAsync(call.Cancel);
        return all.Any(m => m.Server == s.Key)
            ? await LegacyActs.RunAsync(call, "end-maintenance", ("instance", s.Key.ToString()))
            : LegacyActs.IsSoAlready(call, $"{s.Key} is in no maintenance");
    }, details: LegacyActs.KeyOf);

    private static async Task<LegacyAnswer> EndByNumberAsync(LegacyCall call)
    {
        var asked = call.Text("maintenanceKey");
        var all = await call.Api.Verbs.Maintenance.ListAsync(call.Cancel);
        if (all.FirstOrDefault(m => NumberOf(m).ToString(CultureInfo.InvariantCulture) == asked) is not { } one)
            return LegacyAnswer.Error($"maintenance '{asked}': none of those that go on has this number");
        var answer = await LegacyActs.RunAsync(call, "end-maintenance", ("instance", one.Server.ToString()));
        return answer.IsOk
            ? LegacyAnswer.Ok(answer.Message!, json => json.WriteNumberValue(NumberOf(one)))
            : answer;
    }

    private static void Write(Utf8JsonWriter json, MaintenanceEntry one, LegacyCall call)
    {
        json.WriteStartObject();
        json.WriteNumber("MaintenanceId", NumberOf(one));
        json.WriteKey("Key", one.Server);
        json.WriteTime("BeginTimestamp", one.Since);
        json.WriteNumber("SecondsElapsed", (long)(call.Api.Time.GetUtcNow() - one.Since).TotalSeconds);
        json.WriteBoolean("IsActive", true);
        json.WriteString("Owner", one.Owner);
        json.WriteString("Reason", one.Reason);
        json.WriteEndObject();
    }

    private static long NumberOf(MaintenanceEntry one) => LegacyRecovery.NumberOf($"{one.Server} {one.Since.UtcTicks}");
}
