using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Flow.Watching;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Watching;

public sealed class ShardBeatsTests
{
    private readonly FakeTimeProvider time = new(World.Noon);

    [Fact]
    public async Task A_sign_of_life_shows_a_second_later_and_a_shard_without_one_has_none()
    {
        var memory = new Memory(time);
        await memory.SaveShardsAsync(2, default);
        await memory.BeatAsync(Shard.NameOf(1), "p1", World.Noon, default);
        var beats = new ShardBeats(memory, time);
        Assert.Equal([null, World.Noon], await beats.ReadAsync(default));

        await memory.BeatAsync(Shard.NameOf(0), "p1", World.Noon, default);
        time.Advance(ShardBeats.ReadEach + TimeSpan.FromTicks(1));
        Assert.Equal([World.Noon, World.Noon], await beats.ReadAsync(default));
    }
}
