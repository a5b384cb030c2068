using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class InstanceKeyTests
{
    [Theory]
    [InlineData("db1", "db1:3306")]
    [InlineData("db1:3307", "db1:3307")]
    [InlineData(" DB1.Example.com:3306 ", "db1.example.com:3306")]
    [InlineData("10.0.0.1", "10.0.0.1:3306")]
    [InlineData("[::1]", "[::1]:3306")]
    [InlineData("[::1]:3307", "[::1]:3307")]
    [InlineData("::1", "[::1]:3306")]
    [InlineData("fe80::2:3306", "[fe80::2:3306]:3306")]
    public void Reads_and_writes(string text, string canonical)
    {
        var key = InstanceKey.Parse(text);
        Assert.Equal(canonical, key.ToString());
        Assert.Equal(key, InstanceKey.Parse(canonical));
    }

    [Theory]
    [InlineData(null, "expected host:port")]
    [InlineData("", "expected host:port")]
    [InlineData(":3306", "expected host:port")]
    [InlineData("db 1", "expected host:port")]
    [InlineData("db1'--", "expected host:port")]
    [InlineData("[::1", "expected host:port")]
    [InlineData("[::1]3306", "expected host:port")]
    [InlineData("db1:", "port ''")]
    [InlineData("db1:0", "port '0'")]
    [InlineData("db1:65536", "port '65536'")]
    [InlineData("db1:+1", "port '+1'")]
    [InlineData("db1:abc", "port 'abc'")]
    public void Refuses_what_is_no_key(string? text, string says)
    {
        Assert.False(InstanceKey.TryParse(text, out _, out var problem));
        Assert.Contains(says, problem, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => InstanceKey.Parse(text ?? ""));
    }

    /// <summary>A server may tell such a source: its detached link is stored, and read again. A person cannot mean it.</summary>
    [Fact]
    public void A_name_that_cannot_exist_is_read_where_a_server_told_it()
    {
        Assert.Equal(new InstanceKey("//db1", 3307), InstanceKey.Stored("//db1:3307"));
        Assert.Equal(new InstanceKey("//::1", 3306), InstanceKey.Stored("[//::1]:3306"));
        Assert.Null(InstanceKey.Stored("//"));
        Assert.Null(InstanceKey.Stored("//a/b:3306"));
        Assert.False(InstanceKey.TryParse("//db1:3306", out _, out var problem));
        Assert.Contains("expected host:port", problem, StringComparison.Ordinal);
        var detached = WrittenTopology.Read("db1 rw\ndb2 ro <db1 detached")[WrittenTopology.Key("db2")]!.Current!;
        Assert.Equal(new InstanceKey("//db1", 3306), Json.RoundTrip(detached).Link!.Source);
    }

    [Theory]
    [InlineData("db1:3306:1", "expected host:port with one colon, or an IPv6 address in brackets")]
    [InlineData("::g", "with one colon")]
    [InlineData("[db1]:3306", "only an IPv6 address stands in brackets")]
    [InlineData("[db1:x]:3306", "'db1:x' is no IPv6 address")]
    [InlineData("dana@db1", "expected host:port without an account")]
    [InlineData("db1,db2", "expected one server")]
    [InlineData("db1;db2:3306", "expected one server")]
    [InlineData("25001", "a number is no host; expected host:port in one word, for example 127.0.0.1:25001")]
    [InlineData("-db1", "does not begin with '-'")]
    [InlineData("db*", "a host name has no '*'")]
    [InlineData("mysql=db1", "a host name has no '='")]
    public void Refuses_what_a_person_cannot_mean(string text, string says)
    {
        Assert.False(InstanceKey.TryParse(text, out _, out var problem));
        Assert.StartsWith($"server '{text}': ", problem, StringComparison.Ordinal);
        Assert.Contains(says, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("db_1.example.com:3306")]
    [InlineData("db-1")]
    [InlineData("zürich:3306")]
    [InlineData("10.0.0.1:3307")]
    [InlineData("[fe80::1%eth0]:3306")]
    [InlineData("db1.")]
    public void Takes_what_hosts_are_called(string text) => Assert.True(InstanceKey.TryParse(text, out _, out var problem), problem);

    // A replica's source may be called anything; what was stored of it is read again.
    [Theory]
    [InlineData("db1,db2:3306")]
    [InlineData("25001:3306")]
    public void Reads_back_whatever_a_server_named(string text) => Assert.Equal(text, InstanceKey.Stored(text)!.ToString());

    [Fact]
    public void Orders_by_host_then_port()
    {
        InstanceKey[] keys = [new("b", 1), new("a", 2), new("a", 10), new("A", 1)];
        Assert.Equal("a:1 a:2 a:10 b:1", string.Join(' ', keys.Order()));
        Assert.True(keys[1] < keys[0] && keys[0] > keys[1] && keys[0] >= keys[1] && keys[1] <= keys[0]);
        Assert.True(keys[0].CompareTo(null) > 0);
    }

    [Theory]
    [InlineData("", 3306)]
    [InlineData("db1", 0)]
    [InlineData("db1", 65536)]
    public void Cannot_be_made_of_nothing(string host, int port) => Assert.ThrowsAny<ArgumentException>(() => new InstanceKey(host, port));
}
