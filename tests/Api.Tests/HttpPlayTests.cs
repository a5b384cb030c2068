namespace OrchestratorFunctions.Api.Tests;

/// <summary>Every <c>*.txt</c> in Plays says what is answered over HTTP. <c>RECORD_ANSWERS=1</c> records.</summary>
public sealed class HttpPlayTests
{
    private static readonly Play Answers = new("ANSWERS", "Api.Tests", "Plays");

    public static TheoryData<string> Files => [.. Answers.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task What_is_answered_is_what_is_written(string file)
    {
        var driver = new MemoryDriver();
        await using var endpoints = await Endpoints.StartAsync(driver: driver);
        driver.Endpoints = endpoints;
        var (written, said) = Answers.Run(file, new HttpPlay(endpoints).Run);
        Assert.Equal(written, said);
    }
}
