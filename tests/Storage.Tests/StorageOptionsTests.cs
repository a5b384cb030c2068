namespace OrchestratorFunctions.Storage.Tests;

public sealed class StorageOptionsTests
{
    [Fact]
    public void Either_way_to_the_account_is_enough()
    {
        Assert.Empty(new StorageOptions { ConnectionString = "UseDevelopmentStorage=true" }.Problems());
        Assert.Empty(new StorageOptions { ConnectionString = "AccountName=x;AccountKey=eA==" }.Problems());
        Assert.Empty(new StorageOptions { AccountName = "account1", EndpointSuffix = "core.chinacloudapi.cn" }.Problems());
    }

    [Fact]
    public void All_problems_are_told_at_once_with_the_setting_and_what_would_be_right()
    {
        var problems = new StorageOptions { ConnectionString = "hunter2", AccountName = "My-Account", EndpointSuffix = "a b", TablePrefix = "my-prefix" }.Problems();
        Assert.Equal(5, problems.Length);
        Assert.All(problems, p => Assert.StartsWith("Storage:", p, StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Contains("TablePrefix 'my-prefix': expected", StringComparison.Ordinal));
        Assert.DoesNotContain(problems, p => p.Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("with space")]
    [InlineData("ünder")]
    [InlineData("abcdefghijklmnopqrstuvwxyzabcdefghijklmno")]
    public void Prefixes_that_make_no_table_name_are_refused(string prefix) =>
        Assert.Single(new StorageOptions { ConnectionString = "UseDevelopmentStorage=true", TablePrefix = prefix }.Problems());

    [Fact]
    public async Task Opening_with_wrong_options_says_all_that_is_wrong()
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(
            () => AzureStorage.OpenAsync(new StorageOptions { TablePrefix = "-" }, TimeProvider.System, CancellationToken.None));
        Assert.Contains("Storage:AccountName", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Storage:TablePrefix", refusal.Message, StringComparison.Ordinal);
    }
}
