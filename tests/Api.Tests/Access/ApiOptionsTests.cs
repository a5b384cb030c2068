using OrchestratorFunctions.Api.Access;

namespace OrchestratorFunctions.Api.Tests.Access;

public sealed class ApiOptionsTests
{
    public static TheoryData<ApiOptions, string> Wrong => new()
    {
        { new() { Authentication = (AuthenticationMethod)9 }, "Api:Authentication '9'" },
        { new() { Authentication = AuthenticationMethod.Basic, Password = "secret" }, "Api:User is empty" },
        { new() { Authentication = AuthenticationMethod.Multi, User = "dana" }, "Api:Password is empty" },
        { new() { Authentication = AuthenticationMethod.Multi, User = "ReadOnly", Password = "secret" }, "Api:User 'ReadOnly'" },
        { new() { Authentication = AuthenticationMethod.Basic, User = "da:na", Password = "secret" }, "Api:User 'da:na'" },
        { new() { Authentication = AuthenticationMethod.Basic, User = "dana", Password = "secret\n" }, "Api:Password" },
        { new() { Password = "secret" }, "Api:Password is set" },
        { new() { Authentication = AuthenticationMethod.Proxy, Password = "secret" }, "Api:Password is set" },
        { new() { PowerUsers = "dana" }, "Api:PowerUsers 'dana'" },
        { new() { PowerUsers = "*, dana" }, "Api:PowerUsers '*, dana'" },
        { new() { PowerUsers = "", Operators = "dana" }, "Api:Operators 'dana'" },
        { new() { Authentication = AuthenticationMethod.Proxy, Operators = "dana" }, "Api:Operators 'dana'" },
        { new() { ActsPerMinute = -1 }, "Api:ActsPerMinute '-1'" },
        { new() { FailedSignInsPerMinute = 1_000_001 }, "Api:FailedSignInsPerMinute '1000001'" },
        { new() { UserHeader = "" }, "Api:UserHeader ''" },
        { new() { UserHeader = "X User" }, "Api:UserHeader 'X User'" },
        { new() { UserHeader = "X-User:" }, "Api:UserHeader 'X-User:'" },
        { new() { UserHeader = "X-Üser" }, "Api:UserHeader 'X-Üser'" },
        { new() { Hosts = "https://app.example" }, "Api:Hosts 'https://app.example'" },
        { new() { Hosts = "app.example, app.example:3000" }, "Api:Hosts 'app.example:3000'" },
    };

    public static TheoryData<ApiOptions> Right => new(
        new ApiOptions(), new() { PowerUsers = "" }, new() { Hosts = "*" }, new() { Hosts = "app.example, 10.0.0.1, [::1], ::1" },
        new() { Authentication = AuthenticationMethod.Basic, User = "dana", Password = "p:ä €", PowerUsers = "dana" },
        new() { Authentication = AuthenticationMethod.Basic, User = "readonly", Password = "secret" },
        new() { Authentication = AuthenticationMethod.Proxy, UserHeader = "X-Forwarded-User", PowerUsers = "dana, frank" },
        new() { Authentication = AuthenticationMethod.Proxy, PowerUsers = "dana", Operators = "*" }, new() { PowerUsers = "", Operators = "*" },
        new() { ActsPerMinute = 0, FailedSignInsPerMinute = 0 });

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_contradicts_itself_is_named_with_what_would_be_right(ApiOptions options, string named)
    {
        var problem = Assert.Single(options.Problems());
        Assert.StartsWith(named, problem, StringComparison.Ordinal);
        Assert.Contains("expected", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Right))]
    public void What_can_be_meant_is_no_problem(ApiOptions options) => Assert.Empty(options.Problems());

    [Fact]
    public void All_problems_are_told_at_once() =>
        Assert.Equal(5, new ApiOptions { Authentication = AuthenticationMethod.Multi, User = ":", UserHeader = " ", Hosts = "a b, c d" }.Problems().Length);

    [Theory]
    [InlineData("", "anything.example", true)]
    [InlineData("*", "anything.example", true)]
    [InlineData("app.example", "APP.example", true)]
    [InlineData("localhost, ::1", "[::1]", true)]
    [InlineData("localhost, [::1]", "[::1]", true)]
    [InlineData("localhost", "evil.example", false)]
    [InlineData("localhost", "localhost.evil.example", false)]
    [InlineData("localhost", "", false)]
    public void It_is_reached_under_its_names_alone(string hosts, string name, bool reached) => Assert.Equal(reached, new ApiOptions { Hosts = hosts }.IsReachedAs(name));
}
