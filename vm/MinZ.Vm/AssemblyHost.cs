using MinZ.Mir;

namespace MinZ.Vm;

/// <summary>
/// Runs inline assembly for the VM, which knows no processor itself. A program with assembly for it, calls of routines
/// at fixed addresses or addresses made into 16-bit integers is lowered to 16-bit addresses and lies in 64 KB that the
/// processor sees as well.
/// </summary>
public interface IAssemblyHost
{
    /// <summary>True for the name of a target whose assembly can be run, as in <see cref="AsmBlock.Target"/>.</summary>
    bool Runs(string target);

    /// <summary>
    /// Makes the machine that a program works with when it has no assembly but addresses of its own choice, or ports.
    /// </summary>
    /// <param name="memory">The program's first 64 KB, all zero; gets what is in the machine's memory at the start, but
    /// for the first 4 KB.</param>
    /// <returns>The machine's ports.</returns>
    IPorts Start(Span<byte> memory);

    /// <summary>
    /// Where the machine counts its frames, as a number whose lowest byte comes first: address and length in bytes.
    /// </summary>
    (int Address, int Bytes) FrameCounter { get; }

    /// <summary>
    /// Adds to a lowered module what goes without saying in assembly: bodies for functions at fixed addresses, and the
    /// registers parameters arrive in.
    /// </summary>
    void Complete(Module module);

    /// <summary>Makes machine code of a lowered program's assembly. What is wrong with a piece of it, that piece traps
    /// with when it is reached.</summary>
    IAssembly Assemble(AssemblyProgram program);
}

/// <summary>A program whose assembly is to be made machine code.</summary>
/// <param name="Module">The lowered module.</param>
/// <param name="Origin">First address that machine code may take.</param>
/// <param name="FirstFunction">Address that stands for the module's first function; the others follow.</param>
/// <param name="AddressOf">Address of a global.</param>
public sealed record AssemblyProgram(Module Module, int Origin, int FirstFunction, Func<Global, int> AddressOf);

/// <summary>Machine code of a program.</summary>
public interface IAssembly
{
    /// <summary>First address behind the code; beyond 64 KB when it does not fit.</summary>
    int End { get; }

    /// <summary>Makes a processor and puts the machine's first contents and the code into memory.</summary>
    IAssemblyProcessor Start(IAssemblyMachine machine);
}

/// <summary>An inline assembly instruction.</summary>
/// <param name="Function">The function it is in.</param>
/// <param name="Block">Its text and what it names.</param>
/// <param name="Slots">Offsets of the function's slots from its frame.</param>
public sealed record AssemblySite(Function Function, AsmBlock Block, IReadOnlyDictionary<Local, int> Slots);

/// <summary>A processor in a running program; its registers stay as the last piece of assembly left them.</summary>
public interface IAssemblyProcessor
{
    /// <summary>The ports of its machine.</summary>
    IPorts Ports { get; }

    /// <summary>False while the program has turned interrupts off.</summary>
    bool TakesInterrupts { get; }

    /// <summary>Runs a piece of assembly.</summary>
    /// <param name="site">The piece.</param>
    /// <param name="frame">Address of its function's frame.</param>
    /// <param name="inputs">Canonical bits of its operands.</param>
    /// <param name="result">What the function returns, canonical bits, if it does.</param>
    /// <returns>True when the assembly returned for its function; false when it came to its end.</returns>
    /// <exception cref="VmTrapException">The program stops.</exception>
    bool Run(AssemblySite site, int frame, ReadOnlySpan<long> inputs, out long result);

    /// <summary>Registers that a processor may have for addresses at most.</summary>
    const int MostRegisters = 16;

    /// <summary>
    /// Reads the registers that may hold addresses, of which there are at most <see cref="MostRegisters"/>.
    /// </summary>
    /// <param name="registers">Gets them.</param>
    /// <returns>How many there are.</returns>
    int Read(Span<ushort> registers);

    /// <summary>
    /// Prints for the rest of the program, so that codes which assembly and MinZ code send together are understood
    /// together.
    /// </summary>
    /// <exception cref="VmTrapException">The program may not print.</exception>
    void Print(ReadOnlySpan<byte> text);
}

/// <summary>The running program as its processor sees it.</summary>
public interface IAssemblyMachine
{
    /// <summary>The program's 64 KB, and some bytes behind that mean nothing.</summary>
    byte[] Memory { get; }

    /// <summary>T-states of a processor that are worth one call or loop iteration.</summary>
    const int StatesPerUnit = 64;

    /// <summary>Charges work against the program's fuel.</summary>
    /// <param name="units">As many calls or loop iterations it is worth.</param>
    /// <exception cref="VmTrapException">There is no more.</exception>
    void Charge(long units);

    /// <summary>Prints for the program.</summary>
    /// <exception cref="VmTrapException">It may not.</exception>
    void Print(ReadOnlySpan<byte> text);

    /// <summary>Calls a function of the program.</summary>
    /// <param name="function">A function of the lowered module.</param>
    /// <param name="arguments">Canonical bits, one per parameter.</param>
    /// <returns>Its result, canonical bits; 0 for none.</returns>
    /// <exception cref="VmTrapException">It trapped, or ended the program.</exception>
    long Call(Function function, ReadOnlySpan<long> arguments);
}
