using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Prints the failures that were put on the queue: <c>sent</c>, or with why they were sent: <c>sent evidence</c>.
/// </summary>
internal sealed class SentCommand() : Command("sent", 1)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var isWhole = line.WordOrNull(0) == "evidence";
        if (line.WordOrNull(0) is { } word && !isWhole) throw line.Unknown(word, "sent takes evidence");
        var sent = scene.Queue.Sent.SelectMany(f => isWhole ? WithEvidence(f) : [Of(f)]);
        return string.Join('\n', sent) is { Length: > 0 } printed ? scene.Plain.Of(printed) : "nothing is sent";

        static IEnumerable<string> WithEvidence(Failure f) => f.Evidence.Select(e => $"- {e}").Prepend(Of(f));

        static string Of(Failure failure) => $"{failure.Id} {failure.Kind} of {failure.Subject}";
    }
}
