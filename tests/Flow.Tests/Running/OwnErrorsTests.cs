using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Tests.Running;

public sealed class OwnErrorsTests
{
    private static readonly InstanceKey Db1 = new("db1", 3306), Db2 = new("db2", 3306);

    private readonly ListLog log = new();
    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly OwnErrors mistakes;

    public OwnErrorsTests() => mistakes = new OwnErrors(log, time);

    [Fact]
    public void A_mistake_is_logged_once_with_its_stack_and_counted_each_time()
    {
        mistakes.Note(Db1, Met("key 7"));
        time.Advance(TimeSpan.FromMinutes(1));
        mistakes.Note(Db2, Met("key 8"));
        Assert.Equal(new OwnError("KeyNotFoundException: key 7", Db2, World.Noon.AddMinutes(1), 2), Assert.Single(mistakes.All));
        var (level, says) = Assert.Single(log.Lines);
        Assert.Equal(LogLevel.Error, level);
        Assert.Contains("db1:3306", says, StringComparison.Ordinal);
        Assert.Contains(nameof(Met), says, StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_of_two_kinds_are_two()
    {
        mistakes.Note(Db1, Met("x"));
        mistakes.Note(Db1, new ArgumentOutOfRangeException(null, "timeout"));
        Assert.Equal(2, mistakes.All.Length);
        Assert.Equal(2, log.Lines.Count);
    }

    /// <summary>Whatever goes wrong, neither memory nor the log fills up.</summary>
    [Fact]
    public void What_comes_after_many_kinds_is_one_kind()
    {
        for (var i = 0; i < OwnErrors.KindsMost + 10; i++) mistakes.Note(Db1, new InvalidOperationException($"kind {i}"));
        Assert.Equal(OwnErrors.KindsMost + 1, mistakes.All.Length);
        Assert.Equal(10, mistakes.All.Single(m => m.Says == "any other kind").Count);
        Assert.Equal(OwnErrors.KindsMost, log.Lines.Count);
    }

    private static KeyNotFoundException Met(string key)
    {
        try
        {
            throw new KeyNotFoundException(key);
        }
        catch (KeyNotFoundException e)
        {
            return e;
        }
    }
}
