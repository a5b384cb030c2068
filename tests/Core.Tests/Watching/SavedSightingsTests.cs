using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Watching;

namespace OrchestratorFunctions.Core.Tests.Watching;

public sealed class SavedSightingsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private DateTimeOffset Now => watch.Picture.Members.Values.Select(m => m.LastSeenAt).Max()!.Value;

    private readonly PlayedWatch watch = new PlayedWatch("db1 rw\ndb2 ro <db1").Run(2);

    [Fact]
    public void What_stands_still_is_no_news_and_what_is_not_stored_is()
    {
        var (saved, news) = watch.State.Saved.Take(watch.Picture, Minute, Now);
        Assert.Empty(news);
        (saved, news) = saved.Without([WrittenTopology.Key("db2")]).Take(watch.Picture, Minute, Now);
        Assert.Equal(["db2"], news.Select(m => m.Key.Host));
        Assert.Empty(saved.Take(watch.Picture, Minute, Now).News);
        Assert.Equal(2, SavedSightings.None.Take(watch.Picture, Minute, Now).News.Length);
    }

    [Fact]
    public void A_change_of_shape_and_a_failure_are_news_once_and_at_once()
    {
        var saved = watch.State.Saved;
        watch.Sees("db1", "db1 ro");
        watch.Becomes("db2", PlayedWatch.Refused);
        watch.Run(1.5);
        (saved, var news) = saved.Take(watch.Picture, Minute, Now);
        Assert.Equal(["db1", "db2"], news.Select(m => m.Key.Host).Order());
        Assert.Empty(saved.Take(watch.Picture, Minute, Now).News);
    }

    /// <summary>Another process may have stored a newer sighting, or another server, while this one could not write.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(10, false)]
    public void The_last_sighting_of_a_lost_server_is_stored_soon_or_not_at_all(double later, bool isStored)
    {
        watch.Becomes("db2", PlayedWatch.Refused);
        watch.Run(1.5);
        var lost = SavedSightings.None.Take(watch.Picture, Minute, Now.AddSeconds(later)).News.Single(m => m.Key.Host == "db2");
        Assert.Equal(isStored, lost.LastSeen is not null && lost.LastSeenAt is not null);
    }

    [Fact]
    public void Of_one_that_was_never_looked_at_nothing_is_news()
    {
        var fresh = new PlayedWatch("db1 rw\ndb2 ro <db1");
        Assert.Empty(SavedSightings.None.Take(fresh.Picture, Minute, Now).News);
    }
}
