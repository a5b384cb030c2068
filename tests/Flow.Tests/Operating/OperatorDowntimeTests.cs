using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Operating;

public sealed class OperatorDowntimeTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData("SHOP", false)]
    [InlineData("C-Test", false)]
    [InlineData("DB2", true)]
    [InlineData("db2:3306", true)]
    public void It_begins_for_what_the_name_means(string name, bool isServer) => Desk.Run(desk =>
    {
        var answer = desk.Ask(v => v.Downtime.BeginAsync(name, Hour, "dana", "kernel", default));
        Assert.Equal($"{(isServer ? "db2:3306" : "cluster shop")} is in downtime until 2026-01-01 13:00:00Z", answer.Says);
        var expected = new Downtime("dana", "kernel", World.Noon + Hour);
        Assert.Equal((isServer ? null : expected, isServer ? expected : null), (desk.Stored.Downtime, desk[Desk.Db2].Downtime));
        desk.AssertAudited("begin-downtime", isServer ? Desk.Db2 : null, "1h: kernel");
        Assert.Equal(1, desk.Declared);
    });

    [Fact]
    public void A_name_that_only_people_used_is_understood() => Desk.Run(desk =>
    {
        desk.Memory.SaveSightingsAsync(World.Cluster, [desk[Desk.Db2] with { OtherNames = [new("replica.example.com", 3306)] }], default);
        Assert.Equal(OperationEnd.Done, desk.Ask(v => v.Downtime.BeginAsync("Replica.Example.com", Hour, "dana", "", default)).End);
        Assert.NotNull(desk[Desk.Db2].Downtime);
    });

    [Theory]
    [InlineData("shopp", 1, "cluster 'shopp': no cluster has this id, alias or member; did you mean 'shop'?")]
    [InlineData("far.example.com:3306", 1, "server 'far.example.com:3306': no known server has this name")]
    [InlineData("shop", 366.1, "a downtime of 366d2h24m: expected at most 366 days")]
    [InlineData("shop", -1, "a downtime of")]
    public void What_names_nothing_or_is_too_long_changes_nothing(string name, double days, string because) => Desk.Run(desk =>
        desk.AssertRefused(OperationEnd.BadInput, because, desk.Ask(v => v.Downtime.BeginAsync(name, TimeSpan.FromDays(days), "dana", "", default))));

    [Fact]
    public void It_ends_once() => Desk.Run(desk =>
    {
        desk.AssertRefused(OperationEnd.Refused, "db2:3306 is in no downtime", desk.Ask(v => v.Downtime.EndAsync("db2", "dana", "", default)));
        desk.Ask(v => v.Downtime.BeginAsync("shop", Hour, "dana", "", default));
        var own = desk.Ask(v => v.Downtime.EndAsync("db2", "dana", "", default));
        Assert.Equal("db2:3306 is in no downtime of its own; its cluster shop is", own.Refusal!.Because);
        Assert.Equal("cluster shop is in downtime no more", desk.Ask(v => v.Downtime.EndAsync("shop", "dana", "done", default)).Says);
        desk.AssertAudited("end-downtime", null, "done");
        Assert.Null(desk.Stored.Downtime);
        Assert.Equal(OperationEnd.Refused, desk.Ask(v => v.Downtime.EndAsync("shop", "dana", "", default)).End);
    });

    [Fact]
    public void A_length_of_nothing_ends_it_too() => Desk.Run(desk =>
    {
        desk.Ask(v => v.Downtime.BeginAsync("db2", Hour, "dana", "", default));
        Assert.Equal(OperationEnd.Done, desk.Ask(v => v.Downtime.BeginAsync("db2", TimeSpan.Zero, "dana", "", default)).End);
        Assert.Null(desk[Desk.Db2].Downtime);
    });

    [Fact]
    public void Those_that_go_on_are_listed() => Desk.Run(desk =>
    {
        var minute = TimeSpan.FromMinutes(1);
        desk.Ask(v => v.Downtime.BeginAsync("db2", minute, "dana", "kernel", default));
        desk.Ask(v => v.Downtime.BeginAsync("shop", 2 * Hour, "sam", "rack", default));
        var listed = desk.Verbs.Downtime.ListAsync(default).Result;
        Assert.Equal([null, Desk.Db2], listed.Select(d => d.Server));
        Assert.Equal(new(World.Cluster, "shop", null, "sam", "rack", World.Noon + (2 * Hour)), listed[0]);
        desk.Pass(minute);
        Assert.Null(Assert.Single(desk.Verbs.Downtime.ListAsync(default).Result).Server);
        Assert.Equal(OperationEnd.Refused, desk.Ask(v => v.Downtime.EndAsync("db2", "dana", "", default)).End);
    });
}
