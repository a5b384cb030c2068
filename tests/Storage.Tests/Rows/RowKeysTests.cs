namespace OrchestratorFunctions.Storage.Tests.Rows;

public sealed class RowKeysTests
{
    [Theory]
    [InlineData("shop-1", "shop-1")]
    [InlineData("db1.example.com:3306", "db1.example.com:3306")]
    [InlineData("[2001:db8::1]:3306", "[2001:db8::1]:3306")]
    [InlineData("//db1:3306", "=2F=2Fdb1:3306")]
    [InlineData("a/b\\c#d?e%f!g=h'i", "a=2Fb=5Cc=23d=3Fe=25f=21g=3Dh=27i")]
    [InlineData(" \t\n\u0001\u007F\u0085", "=20=09=0A=01=7F=C2=85")]
    [InlineData("größe", "gr=C3=B6=C3=9Fe")]
    [InlineData("🐬", "=F0=9F=90=AC")]
    public void Names_become_keys_and_come_back(string name, string key)
    {
        Assert.Equal(key, RowKeys.Escape(name));
        Assert.Equal(name, RowKeys.Unescape(key));
    }

    [Fact]
    public void Every_character_comes_back_and_no_two_names_share_a_key()
    {
        var names = Enumerable.Range(1, 0x2FF).Select(c => $"a{(char)c}").ToArray();
        Assert.Equal(names, names.Select(n => RowKeys.Unescape(RowKeys.Escape(n))));
        Assert.Equal(names.Length, names.Select(RowKeys.Escape).Distinct(StringComparer.OrdinalIgnoreCase).Count() + 26); // A to Z
    }

    [Theory]
    [InlineData("a=")]
    [InlineData("a=4")]
    [InlineData("a=GG")]
    [InlineData("ä")]
    public void What_was_never_escaped_is_refused(string key) => Assert.Throws<FormatException>(() => RowKeys.Unescape(key));

    [Fact]
    public void A_name_too_long_for_a_key_is_refused() =>
        Assert.Contains("400", Assert.Throws<ArgumentException>(() => RowKeys.Escape(new string('ä', 80))).Message, StringComparison.Ordinal);

    [Fact]
    public void Later_instants_sort_first()
    {
        DateTimeOffset[] instants = [DateTimeOffset.MaxValue, Rooms.Start.AddTicks(1), Rooms.Start, Rooms.Start.AddYears(-900), DateTimeOffset.MinValue];
        var keys = instants.Select(RowKeys.NewestFirst).ToArray();
        Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
        Assert.All(keys, k => Assert.Equal(19, k.Length));
    }
}
