using OrchestratorFunctions.Local.Importing;

namespace OrchestratorFunctions.Local.Tests.Importing;

public sealed class CredentialsFileTests
{
    [Theory]
    [InlineData("[client]\nuser=orc\npassword=Tops3cret\n", "orc", true)]
    [InlineData("[client]\r\n user = \"orc\" \r\n password = 'Tops3cret'\r\n", "orc", true)]
    [InlineData("# of ours\n[mysqld]\nuser=mysql\n[client]\n; nobody\nuser=orc", "orc", false)]
    [InlineData("[client]\nuser=orc\npassword=\n[mysql]\npassword=Tops3cret", "orc", false)]
    [InlineData("user=orc", "", false)]
    [InlineData("", "", false)]
    public void The_client_of_the_file_is_read_and_its_password_is_not_kept(string text, string user, bool hasPassword)
    {
        var read = CredentialsFile.Of("my.cnf", text);
        Assert.Equal((user, hasPassword), (read.User, read.HasPassword));
        Assert.DoesNotContain("Tops3cret", $"{read}", StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_not_there_is_said_to_be_so() =>
        Assert.Equal((null, "there is no such file"), CredentialsFile.ReadFile("/nowhere/my.cnf"));
}
