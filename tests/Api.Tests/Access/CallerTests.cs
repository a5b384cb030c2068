using System.Text;
using Microsoft.AspNetCore.Http;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Api.Tests.Access;

public sealed class CallerTests
{
    private const string Spoofed = "X-MS-CLIENT-PRINCIPAL-NAME";

    [Fact]
    public void Without_a_sign_in_everybody_is_let_in_and_nobody_has_a_name() =>
        Assert.Equal(new Caller("", Role.Power), Of(new(), (Spoofed, "dana"), Headers.Basic("dana:secret")));

    [Theory]
    [InlineData(AuthenticationMethod.Basic)]
    [InlineData(AuthenticationMethod.Multi)]
    public void The_right_user_and_password_may_read_and_act(AuthenticationMethod method) => Assert.Equal(new Caller("dana", Role.Power), Of(Password(method), Headers.Basic("dana:secret")));

    [Theory]
    [InlineData("dana:wrong", "dana")]
    [InlineData("dana:", "dana")]
    [InlineData("dana:secre", "dana")]
    [InlineData("dana:secrets", "dana")]
    [InlineData("dana:SECRET", "dana")]
    [InlineData("DANA:secret", "DANA")]
    [InlineData("eve:secret", "eve")]
    [InlineData(":secret", "")]
    [InlineData(":", "")]
    [InlineData("readonly:x", "readonly")]
    public void A_wrong_user_or_password_is_nobody_and_its_name_is_kept_for_the_log(string credentials, string tried)
    {
        var caller = Of(Password(AuthenticationMethod.Basic), Headers.Basic(credentials));
        Assert.Equal(("", tried, Role.None), (caller.Name, caller.Tried, caller.May));
        Assert.Contains("Api:Password", caller.WhyNot(Role.Read), StringComparison.Ordinal);
        Assert.Equal(caller.WhyNot(Role.Read), caller.WhyNot(Role.Power));
        Assert.DoesNotContain("secret", caller.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic !!!")]
    [InlineData("Basic ZGFuYQ==")]
    [InlineData("Bearer token")]
    public void A_header_that_is_missing_or_cannot_be_read_is_nobody(string header)
    {
        var caller = Of(Password(AuthenticationMethod.Basic), ("Authorization", header));
        Assert.Equal(("", null, Role.None), (caller.Name, caller.Tried, caller.May));
        Assert.Contains("Api:Authentication", caller.WhyNot(Role.Read), StringComparison.Ordinal);
        Assert.Equal(caller.WhyNot(Role.Read), caller.WhyNot(Role.Power));
    }

    [Fact]
    public void Two_passwords_at_once_are_none()
    {
        var right = Headers.Basic("dana:secret").Value;
        Assert.NotNull(Caller.Of(Password(AuthenticationMethod.Basic), new HeaderDictionary { ["Authorization"] = new([right, right]) }).WhyNot(Role.Read));
    }

    [Fact]
    public void A_password_is_UTF_8_and_nothing_else()
    {
        var access = new ApiOptions { Authentication = AuthenticationMethod.Basic, User = "dána", Password = "pässwörd:€" };
        Assert.Equal("dána", Of(access, Headers.Basic("dána:pässwörd:€")).Name);
        Assert.NotNull(Of(access, ("Authorization", "Basic " + Convert.ToBase64String(Encoding.Latin1.GetBytes("dána:pässwörd:€")))).WhyNot(Role.Read));
    }

    [Theory]
    [InlineData("readonly:")]
    [InlineData("readonly:anything")]
    public void One_user_reads_with_any_password_and_does_not_act(string credentials)
    {
        var caller = Of(Password(AuthenticationMethod.Multi), Headers.Basic(credentials));
        Assert.Equal(("readonly", Role.Read, null), (caller.Name, caller.May, caller.Tried));
        Assert.Equal("this needs the role operate, and user 'readonly' may only read (Api:Authentication)", caller.WhyNot(Role.Operate));
    }

    [Fact]
    public void Behind_a_proxy_its_header_says_who_calls() =>
        Assert.Equal(new Caller("dana", Role.Power), Of(new() { Authentication = AuthenticationMethod.Proxy, UserHeader = "X-Forwarded-User" }, ("X-Forwarded-User", "dana"), (Spoofed, "eve")));

    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("dana", "eve")]
    [InlineData("token:ci")]
    [InlineData("Token:ci")]
    public void Behind_a_proxy_that_names_nobody_or_two_it_is_nobody(params string[] names)
    {
        var caller = Caller.Of(new() { Authentication = AuthenticationMethod.Proxy }, new HeaderDictionary { [Spoofed] = names, ["Authorization"] = Headers.Basic("dana:secret").Value });
        Assert.Equal(("", Role.None), (caller.Name, caller.May));
        Assert.Contains("Api:UserHeader", caller.WhyNot(Role.Read), StringComparison.Ordinal);
        Assert.Equal(caller.WhyNot(Role.Read), caller.WhyNot(Role.Power));
    }

    [Theory]
    [InlineData("*", "dana", true)]
    [InlineData("frank, Dana", "dana", true)]
    [InlineData("frank", "dana", false)]
    [InlineData("", "dana", false)]
    public void Only_power_users_act(string powerUsers, string user, bool acts)
    {
        var caller = Of(new() { Authentication = AuthenticationMethod.Proxy, PowerUsers = powerUsers }, (Spoofed, user));
        Assert.Null(caller.WhyNot(Role.Read));
        Assert.Equal(acts ? null : "this needs the role power, and user 'dana' is not in Api:PowerUsers", caller.WhyNot(Role.Power));
        Assert.Equal(acts ? null : "this needs the role operate, and user 'dana' is neither in Api:Operators nor in Api:PowerUsers", caller.WhyNot(Role.Operate));
    }

    [Theory]
    [InlineData("", "ann", Role.Read)]
    [InlineData("ANN, ben", "ann", Role.Operate)]
    [InlineData("*", "ann", Role.Operate)]
    [InlineData("ann, dana", "dana", Role.Power)]
    public void Operators_do_what_is_easily_undone_and_power_users_everything(string operators, string user, Role may)
    {
        var caller = Of(new() { Authentication = AuthenticationMethod.Proxy, Operators = operators, PowerUsers = "dana" }, (Spoofed, user));
        Assert.Equal(may, caller.May);
        Assert.Equal(may < Role.Operate, caller.WhyNot(Role.Operate) is not null);
        if (may == Role.Operate) Assert.Equal("this needs the role power, and user 'ann' is not in Api:PowerUsers", caller.WhyNot(Role.Power));
    }

    [Fact]
    public void Power_users_are_asked_for_whoever_signed_in_by_password_too()
    {
        var access = Password(AuthenticationMethod.Basic);
        access.PowerUsers = "frank";
        Assert.Contains("Api:PowerUsers", Of(access, Headers.Basic("dana:secret")).WhyNot(Role.Power), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nobody_signs_in_and_there_are_no_power_users_nobody_acts() => Assert.Contains("Api:PowerUsers", Of(new() { PowerUsers = "" }).WhyNot(Role.Operate), StringComparison.Ordinal);

    [Fact]
    public void Nobody_acts_on_a_read_only_installation()
    {
        var access = Password(AuthenticationMethod.Basic);
        access.ReadOnly = true;
        var caller = Of(access, Headers.Basic("dana:secret"));
        Assert.Null(caller.WhyNot(Role.Read));
        Assert.Contains("Api:ReadOnly", caller.WhyNot(Role.Operate), StringComparison.Ordinal);
        Assert.Equal(Role.Read, Caller.By(Token("power"), access).May);
    }

    [Theory]
    [InlineData("read", Role.Read)]
    [InlineData("operate", Role.Operate)]
    [InlineData("power", Role.Power)]
    [InlineData("admin", Role.None)]
    [InlineData("", Role.None)]
    public void A_token_may_what_its_role_says_whatever_the_lists_of_users_say(string role, Role may)
    {
        var caller = Caller.By(Token(role), new() { Authentication = AuthenticationMethod.Proxy, PowerUsers = "", Operators = "" });
        Assert.Equal(may, caller.May);
        if (may == Role.None) return;
        Assert.Equal("token:ci", caller.Name);
        Assert.Equal(may == Role.Power ? null : $"this needs the role power, and token 'ci' has the role {role}", caller.WhyNot(Role.Power));
    }

    private static StoredToken Token(string role) => new("ci", "1234abcd", role, "", "ann", default, default);

    private static ApiOptions Password(AuthenticationMethod method) => new() { Authentication = method, User = "dana", Password = "secret" };

    private static Caller Of(ApiOptions access, params (string Name, string Value)[] headers)
    {
        var sent = new HeaderDictionary();
        foreach (var (name, value) in headers) sent[name] = value;
        return Caller.Of(access, sent);
    }
}
