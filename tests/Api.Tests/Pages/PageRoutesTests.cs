using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using OrchestratorFunctions.Api.Access;

namespace OrchestratorFunctions.Api.Tests.Pages;

/// <summary>The page's files as a browser gets them. What they do there is tested in Page.Tests.</summary>
public sealed partial class PageRoutesTests
{
    [Theory]
    [InlineData("/web")]
    [InlineData("/web/")]
    [InlineData("/web/cluster/shop")]
    [InlineData("/web/cluster/instance/db1.example.com/3306")]
    [InlineData("/web/audit-recovery/uid/20261201")]
    public async Task Every_address_of_the_page_answers_the_page(string path)
    {
        await using var endpoints = await Endpoints.StartAsync();
        using var answer = await AskAsync(endpoints, path);
        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains("<div id=\"page\">", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_root_leads_to_the_page()
    {
        await using var endpoints = await Endpoints.StartAsync();
        using var answer = await AskAsync(endpoints, "/");
        Assert.Equal((HttpStatusCode.OK, "/web/"), (answer.StatusCode, answer.RequestMessage!.RequestUri!.AbsolutePath));
    }

    [Fact]
    public async Task A_browser_lets_the_page_use_its_own_server_and_nothing_inline()
    {
        await using var endpoints = await Endpoints.StartAsync();
        using var answer = await AskAsync(endpoints, "/web/");
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task Its_scripts_and_styles_are_there_are_kept_for_good_and_may_come_zipped()
    {
        await using var endpoints = await Endpoints.StartAsync();
        var files = await FilesAsync(endpoints);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            using var plain = await AskAsync(endpoints, file);
            using var zipped = await AskAsync(endpoints, file, ("Accept-Encoding", "br, gzip"));
            Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
            Assert.Contains("immutable", plain.Headers.CacheControl!.ToString());
            Assert.Equal("gzip", Assert.Single(zipped.Content.Headers.ContentEncoding));
            await using var stream = new GZipStream(await zipped.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
            using var text = new StreamReader(stream);
            Assert.Equal(await plain.Content.ReadAsStringAsync(), await text.ReadToEndAsync());
        }
    }

    [Fact]
    public async Task What_a_browser_has_already_is_not_sent_again()
    {
        await using var endpoints = await Endpoints.StartAsync();
        using var first = await AskAsync(endpoints, "/web/");
        using var again = await AskAsync(endpoints, "/web/", ("If-None-Match", first.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Contains("no-cache", first.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task A_file_of_an_older_page_is_refused_with_what_to_do()
    {
        await using var endpoints = await Endpoints.StartAsync();
        using var answer = await AskAsync(endpoints, "/web/assets/index-old.js");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("load the page again", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Who_may_not_read_gets_no_file_of_it()
    {
        await using var endpoints = await Endpoints.StartAsync(access: new() { Authentication = AuthenticationMethod.Multi, User = "dana", Password = "secret" });
        foreach (var path in new[] { "/", "/web/", "/web/assets/index.js" })
        {
            using var answer = await AskAsync(endpoints, path);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Contains("Basic", answer.Headers.WwwAuthenticate.ToString());
        }
        using var reader = await AskAsync(endpoints, "/web/", ("Authorization", "Basic cmVhZG9ubHk6"));
        Assert.Equal(HttpStatusCode.OK, reader.StatusCode);
    }

    private static async Task<string[]> FilesAsync(Endpoints endpoints)
    {
        using var answer = await AskAsync(endpoints, "/web/");
        return [.. FileName().Matches(await answer.Content.ReadAsStringAsync()).Select(m => m.Groups[1].Value).Where(f => f.Contains("/assets/", StringComparison.Ordinal))];
    }

    private static Task<HttpResponseMessage> AskAsync(Endpoints endpoints, string path, params (string Name, string Value)[] headers) =>
        endpoints.SendAsync("GET", path, headers);

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex FileName();
}
