using System.Diagnostics;
using MySqlConnector;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.MySql.Probing;
using OrchestratorFunctions.MySql.Sessions;

namespace OrchestratorFunctions.MySql.Stepping;

/// <summary>Carries out steps: looks, sends what is missing in one round trip, and says how it went.</summary>
public sealed class StepRunner : IStepRunner
{
    private static readonly TimeSpan KillPatience = TimeSpan.FromMilliseconds(200);

    private readonly SessionRegistry registry;
    private readonly InstanceProbe probe;

    internal StepRunner(SessionRegistry registry, InstanceProbe probe) => (this.registry, this.probe) = (registry, probe);

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(PlannedStep step, Topology topology, CancellationToken cancel, bool isFresh = false)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            return step.Step is Fence fence
                ? await FenceAsync(fence, step.Timeout, clock, cancel)
                : await LookAndDoAsync(step, topology, isFresh, clock, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Broken(e, clock);
        }
        finally
        {
            probe.Expire(step.Step.Target.Key);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Preview(PlanStep step, Topology topology)
    {
        if (step is MarkStep) return [];
        if (topology[step.Target.Key]?.Known is not { } known) return [$"-- {step.Target.Key} has not been seen: its statements depend on its version"];
        try
        {
            var statements = StepStatements.Of(step, known, topology, registry.Options, registry.Of(step.Target.Key).Memory.SemiSyncWords).Select(s => s.Masked);
            return step is WaitUntilApplied wait ? [.. statements, StepStatements.Wait(wait.Position, TimeSpan.FromSeconds(1))] : [.. statements];
        }
        catch (InvalidOperationException e)
        {
            return [$"-- {e.Message}"];
        }
    }

    // No look before a fence: the look would wait where the fence must not.
    private async Task<StepResult> FenceAsync(Fence fence, TimeSpan timeout, Stopwatch clock, CancellationToken cancel)
    {
        var isFenced = await registry.Of(fence.Target.Key).Fence.SendAsync(timeout, cancel);
        return isFenced
            ? new StepResult(StepState.Done, clock.Elapsed)
            : new StepResult(StepState.Queued, clock.Elapsed, Says: $"{fence.Target.Key} has not answered; the statement waits in its session for up to {FenceSession.Patience.TotalHours:0} h");
    }

    private async Task<StepResult> LookAndDoAsync(PlannedStep planned, Topology topology, bool isFresh, Stopwatch clock, CancellationToken cancel)
    {
        var step = planned.Step;
        if (step is SetWritable && registry.Of(step.Target.Key) is { Fence.IsPending: true } fenced) await FenceWithdrawal.RunAsync(fenced, planned.Timeout, cancel);
        if (!isFresh || topology[step.Target.Key]?.Now is not { } instance)
        {
            probe.Expire(step.Target.Key);
            var outcome = await probe.ProbeAsync(step.Target.Key, planned.Timeout, cancel);
            if (outcome is ProbeOutcome.Failed failed) return NotSeen(failed, clock);
            instance = outcome.Sighted!;
        }
        if (step is ServerStep verb && verb.IsSatisfiedBy(instance)) return new StepResult(StepState.AlreadyTrue, clock.Elapsed);

        var server = registry.Of(step.Target.Key);
        if (Statements(step, instance, topology, out var statements) is { } cannot) return new StepResult(StepState.Failed, clock.Elapsed, Says: cannot) { IsRefused = true };
        if (step is SetWritable && instance.IsReadOnlyPending) await FenceWithdrawal.RunAsync(server, planned.Timeout - clock.Elapsed, cancel);
        TimeSpan Left() => planned.Timeout - clock.Elapsed is var left && left > TimeSpan.Zero ? left : throw new TimeoutException();
        if (step is WaitUntilReceiving connects) return await LinkWait.RunAsync(probe, connects, Left, clock, cancel);
        var (session, _) = await TakeWorkingAsync(server, Left(), cancel);
        try
        {
            if (step is SetReadOnly && CommitRelease.MayBeNeeded(topology[step.Target.Key], instance))
                await CommitRelease.SetReadOnlyAsync(server, session, statements[0].Text, Left, cancel);
            else if (statements.Count > 0)
                await session.ExecuteAsync(string.Join(";\n", statements.Select(s => s.Text)), Left(), cancel);
            if (step is WaitUntilApplied wait) return await ApplyWait.RunAsync(probe, session, wait, Left, clock, cancel);
            return new StepResult(StepState.Done, clock.Elapsed);
        }
        catch (Exception e) when (ErrorKinds.IsTimeout(e))
        {
            // Left alone, it could take effect after the plan has been undone.
            await Task.WhenAny(server.KillAsync(session.ServerThread), Task.Delay(KillPatience, CancellationToken.None));
            throw;
        }
        finally
        {
            server.Working.Return(session);
        }
    }

    // What cannot be said at all is not sent.
    private string? Statements(PlanStep step, Instance instance, Topology topology, out IReadOnlyList<Sql> statements)
    {
        try
        {
            statements = StepStatements.Of(step, instance, topology, registry.Options, registry.Of(step.Target.Key).Memory.SemiSyncWords);
            return null;
        }
        catch (InvalidOperationException e)
        {
            statements = [];
            return e.Message;
        }
    }

    // An idle session may have been closed unnoticed; the look has just shown that the server is there.
    private static async Task<(Session Session, bool WasOpen)> TakeWorkingAsync(ServerSessions server, TimeSpan timeout, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var taken = await server.Working.TakeAsync(timeout, cancel);
        if (!taken.WasOpen) return taken;
        try
        {
            await taken.Session.ExecuteAsync("DO 0", timeout, cancel);
            return taken;
        }
        catch (MySqlException e) when (!ErrorKinds.IsTimeout(e))
        {
            taken.Session.Close();
            return (await server.Dialer.OpenAsync(server.Key, timeout - clock.Elapsed, cancel), false);
        }
    }

    private static StepResult NotSeen(ProbeOutcome.Failed failed, Stopwatch clock) => new(
        failed.Kind == ProbeFailureKind.TimedOut ? StepState.TimedOut : StepState.Failed, clock.Elapsed, Says: failed.Says);

    private static StepResult Broken(Exception e, Stopwatch clock)
    {
        if (e is InvalidOperationException and not ObjectDisposedException) return new StepResult(StepState.Failed, clock.Elapsed, Says: e.Message);
        var failed = ErrorKinds.Of(e, wasOpen: true);
        // Killed on the way, or going down, it has not refused.
        var isRefusal = ErrorKinds.IsServerAnswer(e) && !ErrorKinds.IsTimeout(e)
            && failed.Kind is ProbeFailureKind.AuthenticationDenied or ProbeFailureKind.TooManyConnections or ProbeFailureKind.Other;
        return NotSeen(failed, clock) with { IsRefused = isRefusal };
    }
}
