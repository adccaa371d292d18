using System.CommandLine;
using MinZ.Backends;

namespace MinZ.CommandLine;

/// <summary><c>minzc targets</c>.</summary>
internal static class TargetsCommand
{
    public static Command Create()
    {
        var command = new Command("targets", "Lists what can be built for.");
        command.SetAction(_ =>
        {
            foreach (Target target in Targets.All)
            {
                Console.WriteLine($"{target.Name,-8} {target.Title} ({string.Join(' ', target.Extensions)})");
            }
        });
        return command;
    }
}
