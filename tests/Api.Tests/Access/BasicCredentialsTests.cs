using OrchestratorFunctions.Api.Access;

namespace OrchestratorFunctions.Api.Tests.Access;

public sealed class BasicCredentialsTests
{
    [Theory]
    [InlineData("dana:secret", "dana", "secret")]
    [InlineData("dana:", "dana", "")]
    [InlineData(":secret", "", "secret")]
    [InlineData("dana:se:cr:et", "dana", "se:cr:et")]
    [InlineData("dána:pässwörd €", "dána", "pässwörd €")]
    public void User_and_password_are_parted_by_the_first_colon(string both, string user, string password) =>
        Assert.Equal((user, password), BasicCredentials.Read(Headers.Basic(both).Value));

    // The example of RFC 7617 with a password that is not ASCII.
    [Fact]
    public void The_example_of_the_standard_is_read() => Assert.Equal(("test", "123£"), BasicCredentials.Read("Basic dGVzdDoxMjPCow=="));

    [Theory]
    [InlineData("basic dGVzdDoxMjPCow==")]
    [InlineData("BASIC dGVzdDoxMjPCow==")]
    public void The_scheme_is_written_in_any_case(string header) => Assert.NotNull(BasicCredentials.Read(header));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basicd dGVzdDoxMjPCow==")]
    [InlineData("Bearer dGVzdDoxMjPCow==")]
    [InlineData("Basic test:123")]
    [InlineData("Basic dGVzdDoxMjPCow")]
    [InlineData("Basic dGVzdA==")]
    public void What_is_no_HTTP_Basic_is_none(string? header) => Assert.Null(BasicCredentials.Read(header));
}
