namespace OrchestratorFunctions.Flow.Tests.Running;

public sealed class LogTests
{
    [Theory]
    [InlineData("no answer in time", "no answer in time")]
    [InlineData(
        "Service request failed.\nRequestId:1\nTime:2026-11-28T09:00:00Z\nStatus: 403 (Forbidden)\nErrorCode: AuthorizationFailure\n\nHeaders:\nServer: x",
        "Service request failed.; Status: 403 (Forbidden); ErrorCode: AuthorizationFailure")]
    [InlineData("Name or service not known\n   at Microsoft.Azure.Amqp.Throw(Exception e)\n   at more", "Name or service not known")]
    public void An_error_is_one_line_that_says_what_is_wrong_and_is_the_same_at_every_try(string message, string line) =>
        Assert.Equal(line, Log.FirstLine(new InvalidOperationException(message)));
}
