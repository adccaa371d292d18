using System.Collections.Immutable;
using System.Text;

namespace MinZ.Mir;

/// <summary>A value of a function: an index into its value table. The default is "no value".</summary>
/// <param name="Id">1-based index; 0 = none.</param>
public readonly record struct Value(int Id)
{
    /// <summary>No value.</summary>
    public static Value None => default;
    /// <summary>True when this denotes a value.</summary>
    public bool IsValid => Id != 0;
    public override string ToString() => IsValid ? $"v{Id}" : "none";
}

/// <summary>Where a value comes from.</summary>
public enum ValueKind : byte
{
    /// <summary>Result of an instruction.</summary>
    Instruction,
    /// <summary>Parameter of a block (of the function, for the entry block).</summary>
    BlockParameter,
    /// <summary>Constant written in place of an operand.</summary>
    Constant,
    /// <summary>
    /// Replaced by another value; operands are rewritten by <see cref="Function.ApplyReplacements"/>.
    /// </summary>
    Replaced,
}

/// <summary>A row of a function's value table.</summary>
public struct ValueInfo
{
    /// <summary>Type of the value.</summary>
    public MirType Type;
    /// <summary>Name without <c>%</c>; null = the writer chooses a number.</summary>
    public string? Name;
    /// <summary>Constant: canonical bits.</summary>
    public long Bits;
    /// <summary>Block parameter: the block.</summary>
    public Block? Block;
    /// <summary>Instruction: its id. Block parameter: its index. Replaced: id of the replacement.</summary>
    public int Index;
    /// <summary>Where it comes from.</summary>
    public ValueKind Kind;
}

/// <summary>Variations of an instruction.</summary>
[Flags]
public enum InstructionFlags : byte
{
    None = 0,
    /// <summary>A place access whose bounds were proven: <c>load.unchecked</c>.</summary>
    Unchecked = 1,
    /// <summary>A memory access that must happen as written.</summary>
    Volatile = 2,
}

/// <summary>
/// An instruction. Operands live in the function's operand pool; see <see cref="Function.Operands"/>.
/// </summary>
public struct Instruction
{
    /// <summary>
    /// Instruction type T (see <see cref="OpShape"/>): operand type of arithmetic and compares, result type of the
    /// rest.
    /// </summary>
    public MirType Type;
    /// <summary>What the op needs besides values: see <see cref="Op"/>'s group in <c>docs/mir.md</c>.
    /// <list type="bullet">
    /// <item>const.str: <see cref="StringConstant"/></item>
    /// <item>func.ref, call, tailcall, closure, spawn of a function: <see cref="FunctionRef"/></item>
    /// <item>place ops: <see cref="Place"/>; copy: <see cref="PlacePair"/></item>
    /// <item>jump, jumpif, switch: <see cref="Successors"/></item>
    /// <item>call.interface: <see cref="MethodRef"/>; spawn, actor.send, actor.ask: <see cref="MessageRef"/></item>
    /// <item>iface.make, iface.is, iface.cast: the interface or target <see cref="MirType"/></item>
    /// <item>asm: <see cref="AsmBlock"/>; native: string "lib.name"</item>
    /// <item>local.addr: <see cref="Local"/>; global.addr: <see cref="Global"/></item>
    /// </list></summary>
    public object? Payload;
    /// <summary>
    /// const: canonical bits. struct.get, tuple.get: index. enum.make: variant; enum.get: variant · 65536 + item. call
    /// @: <see cref="MinZ.Mir.Intrinsic"/>. syscall: number. trap: <see cref="TrapCode"/>. ptr.add: scale in bytes.
    /// mem.load, mem.store: displacement in bytes.
    /// </summary>
    public long Bits;
    /// <summary>Result, or none.</summary>
    public Value Result;
    internal int OperandStart;
    internal int OperandCount;
    /// <summary>Index into the function's location table; 0 = unknown.</summary>
    public int Location;
    /// <summary>What it does; see <see cref="Ops"/>.</summary>
    public Op Op;
    /// <summary>How it does so.</summary>
    public InstructionFlags Flags;
}

/// <summary>A string literal's bytes; equal by content.</summary>
public sealed class StringConstant(ImmutableArray<byte> bytes) : IEquatable<StringConstant>
{
    /// <summary>The bytes, usually UTF-8.</summary>
    public ImmutableArray<byte> Bytes { get; } = bytes;
    /// <summary>From text, as UTF-8.</summary>
    public static StringConstant Of(string text) => new([.. Encoding.UTF8.GetBytes(text)]);
    public bool Equals(StringConstant? other) =>
        other is not null && Bytes.AsSpan().SequenceEqual(other.Bytes.AsSpan());
    public override bool Equals(object? obj) => Equals(obj as StringConstant);
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.AsSpan());
        return hash.ToHashCode();
    }
    public override string ToString() => Encoding.UTF8.GetString(Bytes.AsSpan());
}

/// <summary>A function with the type arguments it is used with; none for a function that is not generic.</summary>
public sealed record FunctionRef(Function Function, ImmutableArray<MirType> TypeArguments)
{
    public override string ToString() => TypeArguments.IsDefaultOrEmpty
        ? Function.Name : $"{Function.Name}<{string.Join(", ", TypeArguments)}>";
    public bool Equals(FunctionRef? other) => other is not null && ReferenceEquals(Function, other.Function) &&
        TypeArguments.AsSpan().SequenceEqual(other.TypeArguments.AsSpan());
    public override int GetHashCode() => Function.GetHashCode();
}

/// <summary>Destination and source of a <c>copy</c>; its operands are the destination's, then the source's.</summary>
public sealed record PlacePair(Place To, Place From);

/// <summary>A method of an interface by index. Type is the interface or an instance of a generic one.</summary>
public sealed record MethodRef(MirType Interface, int Method);

/// <summary>A message of an actor by index; -1 when spawning.</summary>
public sealed record MessageRef(ActorType Actor, int Message);

/// <summary>
/// Where a terminator goes. Operands of the instruction are its own (condition or value) followed by the arguments of
/// each successor in turn.
/// </summary>
/// <param name="Blocks">Targets in order. jumpif: then, else. switch: one per case, then the default.</param>
/// <param name="ArgumentCounts">Number of arguments passed to each.</param>
/// <param name="Cases">switch: case values, canonical bits, one less than blocks; empty for the others.</param>
public sealed record Successors(ImmutableArray<Block> Blocks, ImmutableArray<int> ArgumentCounts,
    ImmutableArray<long> Cases);

/// <summary>A name that inline assembly may use and the variable it means.</summary>
/// <param name="Name">As written in the assembly.</param>
/// <param name="Local">The slot, or null.</param>
/// <param name="Global">The global, or null.</param>
/// <param name="Function">The function, or null.</param>
public sealed record AsmBinding(string Name, Local? Local, Global? Global, Function? Function);

/// <summary>A register that inline assembly expects or leaves a value in.</summary>
/// <param name="Register">Name in the target's assembly.</param>
/// <param name="Local">out: the slot that receives it; null for in, whose values are the operands in order.</param>
public sealed record AsmRegister(string Register, Local? Local);

/// <summary>
/// Inline assembly. It may read and write every bound variable and all memory, and changes the registers of
/// <paramref name="Clobbers"/>, or every one when that is default.
/// </summary>
/// <param name="Target">Name of the only target it is for.</param>
/// <param name="Text">Assembly source.</param>
/// <param name="Bindings">Names of variables.</param>
/// <param name="Inputs">Registers loaded from the operands, in order.</param>
/// <param name="Outputs">Registers stored to slots afterwards.</param>
/// <param name="Clobbers">Registers it changes; default = all.</param>
public sealed record AsmBlock(string Target, string Text, ImmutableArray<AsmBinding> Bindings,
    ImmutableArray<AsmRegister> Inputs, ImmutableArray<AsmRegister> Outputs, ImmutableArray<string> Clobbers);

/// <summary>Why a program stopped.</summary>
public enum TrapCode : byte
{
    /// <summary>Raised by the program with a message.</summary>
    Panic,
    /// <summary>A failed assert.</summary>
    Assert,
    DivideByZero, IndexOutOfRange, WrongVariant, NullReference, StackOverflow, OutOfMemory,
    /// <summary>The instruction budget is used up.</summary>
    FuelExhausted,
    /// <summary>Control came to a place that cannot be reached.</summary>
    Unreachable,
    /// <summary>All green threads wait.</summary>
    Deadlock,
    /// <summary>The sandbox does not allow a service.</summary>
    Denied,
    /// <summary>A raw address outside memory.</summary>
    BadAddress,
    /// <summary>An error value nobody handled.</summary>
    UnhandledError,
}
