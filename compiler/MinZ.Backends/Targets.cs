using System.Collections.Immutable;

namespace MinZ.Backends;

/// <summary>The registry of targets, one line each; driver, SDK, docs and tests derive from it.</summary>
public static class Targets
{
    /// <summary>Every target, in the order they are listed to people.</summary>
    public static ImmutableArray<Target> All { get; } =
    [
        Z80.Z80Target.Target,
        Mirb.MirbTarget.Target,
        Clr.ClrTarget.Target,
    ];

    /// <summary>Finds a target by name.</summary>
    public static Target? Find(string name) =>
        All.FirstOrDefault(t => string.Equals(t.Name, name, StringComparison.OrdinalIgnoreCase));
}
