using MinZ.Mir;
using MinZ.Vm.Interpreter;
using MinZ.Vm.Loading;

namespace MinZ.Vm;

/// <summary>What a call came to.</summary>
/// <param name="Type">Type of the result; void for none.</param>
/// <param name="Bits">The result, canonical bits (see <see cref="Constants"/>); 0 for none.</param>
/// <param name="Trap">Why the program stopped instead; null = it returned.</param>
/// <param name="ExitCode">Set when the program ended itself.</param>
public readonly record struct VmResult(MirType Type, long Bits, VmTrap? Trap, int? ExitCode)
{
    /// <summary>True when the call returned.</summary>
    public bool Returned => Trap is null && ExitCode is null;

    public override string ToString() => Trap?.ToString() ?? (ExitCode is { } code ? $"exit {code}"
        : Type.Kind == TypeKind.Void ? "void" : Type.IsNumeric ? NumberText.Of(Type, Bits) : $"0x{Bits:X}");
}

/// <summary>
/// A MIR program in a sandbox. Whatever the module does, the host goes on: every stop is a <see cref="VmTrap"/>. Use an
/// instance from one thread at a time; after a trap it may be called again, with memory as the trap left it.
/// </summary>
public sealed class VirtualMachine : IDisposable
{
    private readonly Machine _machine;

    private VirtualMachine(LoadedProgram program, VmOptions options) => _machine = new Machine(program, options);

    internal VirtualMachine(VmProgram program, VmOptions options) : this(program.Loaded, options) { }

    /// <summary>Loads a module and makes an instance of it.</summary>
    /// <param name="module">A verified module, which stays as it is; one that is lowered already must not change any
    /// more.</param>
    /// <param name="options">Limits and services.</param>
    /// <exception cref="VmLoadException">The module holds what the VM cannot run, or does not fit the
    /// limits.</exception>
    public static VirtualMachine Load(Module module, VmOptions options) =>
        new(new LoadedProgram(module, options.Optimize, options.Assembly), options);

    /// <summary>Calls plus loop iterations the program may still make.</summary>
    public long Fuel => _machine.Fuel;

    /// <summary>Bytes of the heap's objects, dead ones included that no collection has found yet.</summary>
    public long HeapBytes => _machine.HeapBytes;

    /// <summary>Bytes beside the program's own memory that its green threads took, at most.</summary>
    public long ThreadBytes => _machine.ThreadBytes;

    /// <summary>What the collector has done.</summary>
    public HeapStatistics HeapStatistics => _machine.HeapStatistics;

    /// <summary>Calls a function by name.</summary>
    /// <param name="name">A function of the module.</param>
    /// <param name="arguments">
    /// Canonical bits, one per parameter of the lowered function: a slice is address and length, an aggregate an
    /// address, an aggregate result a first argument with the address to write it to.
    /// </param>
    /// <exception cref="ArgumentException">There is no such function, or it takes another number of
    /// arguments.</exception>
    public VmResult Call(string name, params ReadOnlySpan<long> arguments)
    {
        var f = _machine.Program.Module.FindFunction(name)
            ?? throw new ArgumentException($"the module has no function '{name}'", nameof(name));
        if (f.Parameters.Length != arguments.Length)
            throw new ArgumentException($"'{name}' takes {f.Parameters.Length} arguments, not {arguments.Length}",
                nameof(arguments));
        Span<long> canonical = stackalloc long[arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
            canonical[i] = f.Parameters[i].Type.IsNumeric ? Constants.Wrap(f.Parameters[i].Type, arguments[i])
                : (uint)arguments[i];
        var trap = _machine.Call(f, canonical, out var result);
        return new VmResult(f.Result, result, trap, _machine.ExitCode);
    }

    /// <summary>
    /// Runs <c>main</c>. The exit code is what the program exits with, or main's result when it is an integer or bool
    /// (bool true = 0, as a success), or 0.
    /// </summary>
    /// <exception cref="VmLoadException">The module has no <c>main</c> without parameters.</exception>
    public VmResult Run()
    {
        if (_machine.Program.Module.Main is not { Parameters.IsEmpty: true })
            throw new VmLoadException("the module has no function 'main' without parameters");
        var result = Call("main");
        return result.Returned ? result with { ExitCode = ExitCodeOf(result) } : result;
    }

    private static int ExitCodeOf(VmResult result) =>
        result.Type.IsInteger || result.Type.Kind == TypeKind.Bool ? (int)result.Bits : 0;

    /// <summary>
    /// Keeps an object for the host: a result or an argument that is a string, box, reference or function value holds
    /// its address only until the program runs again, for the collector may move or free it.
    /// </summary>
    /// <param name="address">An address that is good now.</param>
    public HeapHandle Keep(long address) => new(_machine.Handles, address);

    /// <summary>Text of a str, as a call returns it.</summary>
    /// <returns>False when there is no string at the address.</returns>
    public bool TryReadText(long address, out string text)
    {
        var found = _machine.Memory.TryText((uint)address, out var bytes);
        text = found ? System.Text.Encoding.UTF8.GetString(bytes) : "";
        return found;
    }

    /// <summary>The program's variables by name with their values, a line each; see <see cref="ValueText"/>.</summary>
    public IEnumerable<string> Globals => new ValueText(_machine.Program.Module.Layout!, TryRead)
        .Lines(_machine.Program.Data.Globals.Select(g => (g.Key, g.Value)));

    /// <summary>Reads the program's memory.</summary>
    /// <returns>False when the range is not all accessible.</returns>
    public bool TryRead(uint address, Span<byte> to)
    {
        var bytes = _machine.Memory.Bytes(address, to.Length);
        bytes.CopyTo(to);
        return bytes.Length == to.Length;
    }

    /// <summary>Writes the program's memory.</summary>
    /// <returns>False when the range is not all accessible.</returns>
    public bool TryWrite(uint address, ReadOnlySpan<byte> from)
    {
        var bytes = _machine.Memory.Bytes(address, from.Length);
        return bytes.Length == from.Length && from.TryCopyTo(bytes);
    }

    public void Dispose() => _machine.Dispose();
}

/// <summary>A loaded module of which any number of instances may run, each with its own memory.</summary>
public sealed class VmProgram
{
    /// <summary>Loads a module.</summary>
    /// <param name="module">A verified module, which stays as it is; one that is lowered already must not change any
    /// more.</param>
    /// <param name="optimize">Runs the optimiser.</param>
    /// <param name="assembly">Runs inline assembly, in every instance; null = that traps.</param>
    /// <exception cref="VmLoadException">The module holds what the VM cannot run.</exception>
    public VmProgram(Module module, bool optimize = true, IAssemblyHost? assembly = null) =>
        Loaded = new LoadedProgram(module, optimize, assembly);

    internal LoadedProgram Loaded { get; }

    /// <summary>The lowered module.</summary>
    public Module Module => Loaded.Module;

    /// <summary>A fresh instance.</summary>
    /// <exception cref="VmLoadException">It does not fit the limits.</exception>
    public VirtualMachine Start(VmOptions options) => new(this, options);

    /// <summary>Translates every function now instead of at its first call; finds what the VM cannot run.</summary>
    /// <exception cref="VmLoadException">The module holds what the VM cannot run.</exception>
    public void TranslateAll() => Loaded.TranslateAll();

    /// <summary>The bytecode of all functions as text, to see what the translator made.</summary>
    /// <exception cref="VmLoadException">The module holds what the VM cannot run.</exception>
    public string Disassemble() => Loaded.Disassemble();
}
