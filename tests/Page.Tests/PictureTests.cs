namespace OrchestratorFunctions.Page.Tests;

/// <summary>The picture that the README shows, made anew with RECORD_PICTURE=1.</summary>
public sealed class PictureTests : Story
{
    private const string Shop = """
        db1.ams.example.com 9.7.0 rw has=A:1-90 semi=source:1 clients=3 dc=ams
        db2.ams.example.com 9.7.0 ro <db1.ams.example.com has=A:1-90 semi=replica rule=prefer dc=ams
        db3.ams.example.com 9.7.0 ro <db1.ams.example.com has=A:1-90 semi=replica dc=ams
        db4.fra.example.com 9.7.0 ro <db2.ams.example.com has=A:1-90 dc=fra lag=1
        db5.fra.example.com 9.7.0 ro <db2.ams.example.com has=A:1-88 dc=fra lag=42 downtime=ada
        """;

    [Fact]
    public async Task A_cluster_as_the_README_shows_it()
    {
        var reader = await NewReaderAsync(await ServeNothingAsync(), new() { ColorScheme = ColorScheme.Light, ViewportSize = new() { Width = 1400, Height = 640 } });
        var answers = await Answers.PutAsync(reader, Answers.Cluster("shop", Shop, "c-7d1f3a"));
        answers.Instead["maintenance"] = "disk is replaced";
        await reader.GoAsync("/web/cluster/shop");
        await Expect(reader.Cards).ToHaveCountAsync(5);
        await Expect(reader.ServerCard("db4.fra.example.com:3306")).ToHaveAttributeAsync("aria-level", "3");
        await Expect(reader.ServerCard("db5.fra.example.com:3306")).ToContainTextAsync("downtime");
        await Expect(reader.Live).ToHaveTextAsync("Live");
        await reader.KeepPictureAsync("cluster");
        if (Environment.GetEnvironmentVariable("RECORD_PICTURE") == "1")
            await reader.Page.ScreenshotAsync(new() { Path = Path.Combine(Play.Root(), "docs", "page.png") });
    }
}
