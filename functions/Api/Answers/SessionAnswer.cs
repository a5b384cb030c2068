using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.Answers;

/// <summary>Who a request comes from, and what they may do.</summary>
/// <param name="Name">Empty when nobody is signed in; of a token <c>token:NAME</c>.</param>
/// <param name="Role"><c>read</c>, <c>operate</c> or <c>power</c>.</param>
/// <param name="Because">Why no more than that; empty where there is no more.</param>
/// <param name="ReadOnly">Whether nobody may do more than read here (Api:ReadOnly).</param>
/// <param name="Version">Of this program.</param>
public sealed record SessionAnswer(string Name, string Role, string Because, bool ReadOnly, string Version)
{
    internal static SessionAnswer Of(Caller caller, ApiOptions access) => new(
        caller.Name, Roles.NameOf(caller.May), caller.WhyNotMore ?? "", access.ReadOnly,
        typeof(SessionAnswer).Assembly.GetName().Version?.ToString(3) ?? "");
}
