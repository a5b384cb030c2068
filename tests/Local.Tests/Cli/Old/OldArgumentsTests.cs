using OrchestratorFunctions.Local.Cli.Old;

namespace OrchestratorFunctions.Local.Tests.Cli.Old;

public sealed class OldArgumentsTests
{
    [Theory]
    [InlineData("-c topology -i db1:3306", true)]
    [InlineData("-i db1:3306 --command=topology", true)]
    [InlineData("-command topology", true)]
    [InlineData("topology shop --config x.json", false)]
    [InlineData("serve", false)]
    public void Its_command_is_how_it_is_known(string line, bool isMeant) => Assert.Equal(isMeant, OldArguments.AreMeant(line.Split(' ')));

    [Fact]
    public void Words_have_one_dash_or_two_and_what_is_older_is_what_it_is_called_today()
    {
        var (given, problem) = OldArguments.Read("-c stop-slave --instance=db1,db2:3307 -s db3 -reason x=y -debug --set MySql:User=a --config f.json".Split(' '));
        Assert.Equal("", problem);
        Assert.Equal(("stop-replica", "db3", "x=y"), (given!.Command, given["destination"], given["reason"]));
        Assert.Equal(["db1", "db2:3307"], given.Instances);
        Assert.Equal(["--set", "MySql:User=a", "--config", "f.json"], given.Ours);
    }

    [Theory]
    [InlineData("-c topology -x y", "unknown option '-x'; see -c help")]
    [InlineData("-c topology shop", "unexpected 'shop': expected an option, as -i HOST:PORT")]
    [InlineData("-c topology -i", "-i: expected a value")]
    public void What_cannot_be_read_is_said(string line, string problem) => Assert.Equal((null, problem), OldArguments.Read(line.Split(' ')));

    [Theory]
    [InlineData("-c which-master -i db1", "instance/db1/3306")]
    [InlineData("-c which-master -i db1 -D 3307", "instance/db1/3307")]
    [InlineData("-c which-master -i [::1]:3306", "instance/%3A%3A1/3306")]
    [InlineData("-c topology -a shop", "topology/shop")]
    [InlineData("-c topology -i db1:3306", "topology/db1%3A3306")]
    [InlineData("-c downtimed", "downtimed")]
    [InlineData("-c recover -i db1", "recover/db1/3306")]
    [InlineData("-c relocate -i db1 -d db2:3307", "relocate/db1/3306/db2/3307")]
    [InlineData("-c begin-downtime -i db1 -o ann -r disk", "begin-downtime/db1/3306/ann/disk/10m")]
    [InlineData("-c graceful-master-takeover -a shop -d db2", "graceful-master-takeover/shop/db2/3306")]
    [InlineData("-c ack-all-recoveries -r all&more", "ack-all-recoveries?comment=all%26more")]
    [InlineData("-c stop-replica -i db1", "stop-replica/db1/3306")]
    [InlineData("-c raft-health", "raft-health")]
    [InlineData("-c tag -i db1 -t role=backup", "tag/db1/3306?tag=role%3Dbackup")]
    [InlineData("-c tag-value -i db1 -tag role", "tag-value/db1/3306?tag=role")]
    [InlineData("-c untag -i db1 --tag role", "untag/db1/3306?tag=role")]
    [InlineData("-c untag-all -t role=backup", "untag-all?tag=role%3Dbackup")]
    [InlineData("-c submit-pool-instances -i db1,db2:3307 -l readers", "submit-pool-instances/readers?instances=db1%2Cdb2%3A3307")]
    [InlineData("-c cluster-pool-instances -a shop", "cluster-pool-instances/shop")]
    [InlineData("-c which-heuristic-cluster-pool-instances -a shop -pool readers", "heuristic-cluster-pool-instances/shop/readers")]
    [InlineData("-c begin-maintenance -i db1 -o ann -r disk", "begin-maintenance/db1/3306/ann/disk")]
    [InlineData("-c in-maintenance -i db1", "in-maintenance/db1/3306")]
    [InlineData("-c tagged -t role,~old", "tagged?tag=role%2C~old")]
    [InlineData("-c set-cluster-alias -i db1:3306 -a orders", "set-cluster-alias/db1%3A3306?alias=orders")]
    [InlineData("-c api -path /cluster/shop?x=1", "cluster/shop?x=1")]
    public void A_command_asks_by_its_path(string line, string path)
    {
        var given = OldArguments.Read(line.Split(' ')).Read!;
        var command = OldCommands.Of(given.Command);
        Assert.Equal((path, ""), command.PathFor(given, command.RunsFor(given).First()));
    }

    [Theory]
    [InlineData("-c which-master", "which-master: expected a server (-i HOST:PORT)")]
    [InlineData("-c topology", "topology: expected a cluster (-a ALIAS, or -i HOST:PORT of a server)")]
    [InlineData("-c submit-pool-instances -l readers", "submit-pool-instances: expected servers (-i HOST:PORT,HOST:PORT)")]
    [InlineData("-c relocate -i db1", "relocate: expected a destination (-d HOST:PORT)")]
    [InlineData("-c ack-all-recoveries", "ack-all-recoveries: expected -reason")]
    public void What_is_missing_is_said(string line, string missing)
    {
        var given = OldArguments.Read(line.Split(' ')).Read!;
        Assert.Equal((null, missing), OldCommands.Of(given.Command).PathFor(given, given.Instances.First()));
    }
}
