using System.Collections.Immutable;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Hooks;

/// <summary>The hooks of the settings, each run by its kind.</summary>
internal sealed class ConfiguredHooks(
    ImmutableArray<HookSetting> settings, ICommandRunner? commands, HttpClient? http, Signature? signature,
    TimeProvider time) : IHookRunner
{
    /// <inheritdoc/>
    public Task<HookResult> RunAsync(HookPoint point, HookFacts facts, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(facts);
        // The plan may come from a process that was given other settings.
        if (settings.FirstOrDefault(s => s.Point == point && s.Name == facts.Hook) is not { } hook)
            return No($"the settings of this process have no hook of that name at {point}");
        if (hook.Url.Length > 0)
            return new HookWebhook(new Uri(hook.Url), signature, http!, time).RunAsync(facts, cancel);
        return commands?.RunAsync(hook.Line, point, facts, cancel) ?? No("this process runs no commands");
    }

    private static Task<HookResult> No(string says) => Task.FromResult(new HookResult(false, says));
}
