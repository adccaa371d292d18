using System.Collections.Immutable;

namespace MinZ.Vm;

/// <summary>
/// What a program may use and may do. Immutable: derive variants with <c>with</c>. By default a program may write to
/// the console and nothing else, sees a clock that stands still and a random sequence that is always the same, so that
/// equal runs are equal.
/// </summary>
public sealed record VmOptions
{
    /// <summary>Console, no other capability, limits fit for any host.</summary>
    public static VmOptions Default { get; } = new();

    /// <summary>Addressable bytes: low RAM, globals, addressable frames and heap together; 128 KB to 3.5 GB.</summary>
    public long MemoryLimit { get; init; } = 256L << 20;

    /// <summary>Bytes of register frames per thread; 4 KB to 1 GB.</summary>
    public int StackBytes { get; init; } = 16 << 20;

    /// <summary>Largest number of nested calls.</summary>
    public int MaxDepth { get; init; } = 200_000;

    /// <summary>Calls plus loop iterations before the program is stopped; <see cref="long.MaxValue"/> = no
    /// limit.</summary>
    public long Fuel { get; init; } = long.MaxValue;

    /// <summary>
    /// Operating-system threads that run green threads at the same time, 1 to 64. With 1 a program does the same in
    /// each run.
    /// </summary>
    public int Workers { get; init; } = 1;

    /// <summary>Receives what the program prints; null throws it away.</summary>
    public Stream? Output { get; init; }

    /// <summary>Names of the services a program may ask for; see <see cref="HostServices"/>. Host functions given in
    /// <see cref="Natives"/> are granted by being there.</summary>
    public ImmutableHashSet<string> Capabilities { get; init; } = [HostServices.Console];

    /// <summary>Host functions by "lib.name", as <c>native</c> calls them.</summary>
    public ImmutableDictionary<string, HostFunction> Natives { get; init; } =
        ImmutableDictionary<string, HostFunction>.Empty;

    /// <summary>Host services by number, as <c>syscall</c> calls them; they come before the built-in ones.</summary>
    public ImmutableDictionary<long, HostFunction> Syscalls { get; init; } =
        ImmutableDictionary<long, HostFunction>.Empty;

    /// <summary>The clock behind the <c>clock</c> service; null = one that advances a millisecond with each
    /// reading.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>Source of the <c>random</c> service; null = a fixed sequence.</summary>
    public Func<ulong>? Random { get; init; }

    /// <summary>Ports for <c>in</c> and <c>out</c> when <c>ports</c> is granted; null = reading gives 0xFF.</summary>
    public IPorts? Ports { get; init; }

    /// <summary>
    /// Runs inline assembly; null = a program that comes to some traps. Read when a program is loaded.
    /// </summary>
    public IAssemblyHost? Assembly { get; init; }

    /// <summary>Arguments of the program.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>Runs the optimiser over the module before it is lowered.</summary>
    public bool Optimize { get; init; } = true;

    /// <summary>
    /// Collects at every allocation and moves every object each time: far too slow for use, made to find a host or a
    /// compiler that keeps an address the collector does not know of.
    /// </summary>
    public bool StressCollector { get; init; }

    /// <summary>The same with other limits and services granted.</summary>
    public VmOptions Grant(params IEnumerable<string> capabilities) =>
        this with { Capabilities = Capabilities.Union(capabilities) };
}

/// <summary>Names of the services in <see cref="VmOptions.Capabilities"/>, and the numbers of <c>syscall</c>.</summary>
public static class HostServices
{
    /// <summary>Writing to the console: the print intrinsics and syscall 1.</summary>
    public const string Console = "console";
    /// <summary>syscall 2: milliseconds since an arbitrary moment, i64.</summary>
    public const string Clock = "clock";
    /// <summary>syscall 3: 64 random bits.</summary>
    public const string Random = "random";
    /// <summary>syscall 4 and 5: number of program arguments; str of the n-th.</summary>
    public const string Arguments = "args";
    /// <summary><c>in</c> and <c>out</c>.</summary>
    public const string Ports = "ports";

    /// <summary>Every name.</summary>
    public static ImmutableArray<string> All { get; } = [Console, Clock, Random, Arguments, Ports];

    /// <summary>Name of a built-in syscall by its number, or null.</summary>
    public static string? NameOf(long syscall) => syscall switch
    {
        ExitNumber => "exit",
        WriteNumber => Console,
        ClockNumber => Clock,
        RandomNumber => Random,
        ArgumentCountNumber or ArgumentNumber => Arguments,
        _ => null,
    };

    /// <summary>(u8 code): ends the program; always granted.</summary>
    public const long ExitNumber = 0;
    /// <summary>(*u8 bytes, u32 count): writes to the console.</summary>
    public const long WriteNumber = 1;
    /// <summary>() → i64.</summary>
    public const long ClockNumber = 2;
    /// <summary>() → u64.</summary>
    public const long RandomNumber = 3;
    /// <summary>() → u32.</summary>
    public const long ArgumentCountNumber = 4;
    /// <summary>(u32 index) → str.</summary>
    public const long ArgumentNumber = 5;
}

/// <summary>Hardware behind <c>in</c> and <c>out</c>.</summary>
public interface IPorts
{
    /// <summary>Reads a port.</summary>
    byte In(ushort port);

    /// <summary>Writes a port.</summary>
    void Out(ushort port, byte value);
}

/// <summary>A function of the host that a program calls by <c>native</c> or <c>syscall</c>.</summary>
/// <param name="call">Its arguments and the program's memory.</param>
/// <returns>The result, canonical bits of the type the caller expects; ignored when it expects none.</returns>
/// <exception cref="VmTrapException">Thrown by the function to stop the program.</exception>
public delegate long HostFunction(HostCall call);
