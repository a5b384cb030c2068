using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Faults;

/// <summary>What can go wrong between places.</summary>
internal sealed class NetworkFaults(World world)
{
    public void Part(int a, int b, bool isOneWay)
    {
        if (a == b) return;
        world.Play?.Say("network", $"is cut {(isOneWay ? "one way " : "")}between {PlaceName(a)} and {PlaceName(b)}");
        world.Network.Cut(a, b);
        if (!isOneWay) world.Network.Cut(b, a);
        world.Later(0.5, 10, () =>
        {
            world.Play?.Say("network", $"is whole between {PlaceName(a)} and {PlaceName(b)}");
            world.Network.Heal(a, b);
            world.Network.Heal(b, a);
        });
    }

    public void Isolate(int place)
    {
        world.Play?.Say("network", $"cuts {PlaceName(place)} off");
        var kept = world.Random.Chance(0.3) ? world.Random.Below(Network.Places) : -1;
        for (var other = 0; other < Network.Places; other++)
        {
            if (other == place || other == kept) continue;
            world.Network.Cut(place, other);
            world.Network.Cut(other, place);
        }
        world.Later(1, 12, () =>
        {
            world.Play?.Say("network", $"reaches {PlaceName(place)} again");
            for (var other = 0; other < Network.Places; other++)
            {
                world.Network.Heal(place, other);
                world.Network.Heal(other, place);
            }
        });
    }

    public void Slow(int a, int b)
    {
        var by = world.Random.Between(Ticks.Of(0.05), Ticks.Of(world.Random.Chance(0.3) ? 3 : 0.4));
        world.Play?.Say("network", $"is slow between {PlaceName(a)} and {PlaceName(b)}: {by / Ticks.Millisecond} ms");
        world.Network.Slow(a, b, by);
        world.Network.Slow(b, a, by);
        world.Later(1, 12, () =>
        {
            world.Network.Slow(a, b, 0);
            world.Network.Slow(b, a, 0);
        });
    }

    private static string PlaceName(int place) => place < 8 ? $"db{place + 1}" : place < 16 ? $"p{place - 7}" : "store";
}
