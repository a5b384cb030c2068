using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class ServerIdentityTests
{
    private const string MariaDb = "10.11.18-MariaDB";

    [Theory]
    [InlineData("uuid=A id=1", "uuid=A id=1", true)]
    [InlineData("uuid=A id=1", "uuid=B id=1", false)]
    // A copied data directory: auto.cnf came along.
    [InlineData("uuid=A id=1", "uuid=A id=2", false)]
    public void A_MySQL_server_is_its_uuid_and_its_number(string one, string other, bool isSame)
    {
        var (db1, db2) = (Seen($"db1 {one}"), Seen($"db2 {other}"));
        Assert.Equal(isSame, ServerIdentity.IsSame(db1, db2));
        Assert.Equal(isSame, ServerIdentity.MayHaveMoved(db1, db2));
        Assert.Equal(!isSame, ServerIdentity.IsAnother(db1, db2));
    }

    /// <summary>Not being told is no difference: an older version has not stored what tells MariaDB servers apart.</summary>
    [Theory]
    [InlineData("h:3306 /data", "h:3306 /data", false)]
    [InlineData("h:3306 /data", "h:3307 /data", true)]
    [InlineData(null, "h:3307 /data", false)]
    public void Another_server_is_another_one_for_certain(string? one, string? other, bool isAnother) => Assert.Equal(isAnother, ServerIdentity.IsAnother(
        Seen($"db1 {MariaDb} id=1") with { Installation = one }, Seen($"db1 {MariaDb} id=1") with { Installation = other }));

    [Theory]
    [InlineData(1, "h:3306 /data", 1, "h:3306 /data", true, true)]
    [InlineData(1, "h:3306 /data", 2, "h:3306 /data", false, false)]
    [InlineData(1, "h:3306 /data", 1, "h:3307 /data", false, true)]
    [InlineData(1, null, 1, null, false, true)]
    public void A_MariaDB_server_is_its_number_and_where_it_stands(uint id, string? place, uint otherId, string? otherPlace, bool isSame, bool mayHaveMoved)
    {
        var db1 = Seen($"db1 {MariaDb}") with { ServerId = id, Installation = place };
        var db2 = Seen($"db2 {MariaDb}") with { ServerId = otherId, Installation = otherPlace };
        Assert.Equal(isSame, ServerIdentity.IsSame(db1, db2));
        Assert.Equal(mayHaveMoved, ServerIdentity.MayHaveMoved(db1, db2));
    }

    [Fact]
    public void A_MySQL_server_is_no_MariaDB_server_of_its_number()
    {
        var (mysql, mariaDb) = (Seen("db1 id=1"), Seen($"db1 {MariaDb} id=1"));
        Assert.False(ServerIdentity.IsSame(mysql, mariaDb));
        Assert.False(ServerIdentity.MayHaveMoved(mysql, mariaDb));
    }

    [Theory]
    [InlineData("uuid=A id=1", "uuid=B id=2", true)]
    // Somebody gave it another server_id.
    [InlineData("uuid=A id=1", "uuid=A id=2", false)]
    // It was set up anew, with another kind of server.
    [InlineData("uuid=A id=1", $"{MariaDb} id=1 place=h:3306", true)]
    // The host of a MariaDB server has another name by now.
    [InlineData($"{MariaDb} id=1 place=h:3306", $"{MariaDb} id=1 place=g:3306", false)]
    [InlineData($"{MariaDb} id=1 place=h:3306", $"{MariaDb} id=2 place=g:3306", true)]
    public void Another_server_at_an_address_is_one_for_certain(string before, string now, bool isAnother) =>
        Assert.Equal(isAnother, ServerIdentity.IsAnotherAtItsAddress(Placed(before), Placed(now)));

    private static Instance Placed(string line)
    {
        var words = line.Split(" place=");
        return Seen($"db1 {words[0]}") with { Installation = words.Length > 1 ? words[1] : null };
    }

    private static Instance Seen(string line) => WrittenTopology.Read(line).Members[0].Current!;
}
