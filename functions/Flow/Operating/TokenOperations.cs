using System.Collections.Immutable;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>The tokens by which programs sign in: rows of the catalogue.</summary>
internal static class TokenOperations
{
    private static Argument Name { get; } = new(
        "name", ArgumentKind.Text, "its name; it stands in records as token:NAME")
    {
        IsRequired = true, IsPositional = true,
    };

    private static Argument Because { get; } = new(PlanOperation.Because, ArgumentKind.Text, "why");

    // Who creates one has the role power, so that no token may more than who created it.
    public static ImmutableArray<Operation> All { get; } =
    [
        new ActOperation(
            "create-token", "Create a token by which a program signs in; its value is answered this once",
            [
                Name,
                new("role", ArgumentKind.Text, "what it allows: read, operate or power")
                {
                    IsRequired = true, IsPositional = true, Choices = [.. Roles.Names],
                },
                new(
                    "for", ArgumentKind.Duration,
                    "how long it is good, with its unit, at most 365d; 90 days when left out")
                {
                    Default = "90d",
                },
                Because,
            ])
        {
            Needs = Role.Power, Path = "/tokens", Answers = typeof(CreatedToken),
            Run = (verbs, g, cancel) => verbs.Tokens.CreateAsync(
                g.Text("name"), g.Text("role"), g.Duration("for")!.Value, g.Actor, g.Text("because"), cancel),
        },
        new ActOperation(
            "revoke-token", "Take a token back: whoever has its value is let in no more", [Name, Because])
        {
            Needs = Role.Power, Path = "/tokens/{name}/revoke",
            Run = (verbs, g, cancel) => verbs.Tokens.RevokeAsync(
                g.Text("name"), g.Actor, g.Text("because"), cancel),
        },
    ];
}
