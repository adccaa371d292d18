using System.Collections.Immutable;
using MinZ.Backends.Z80.Assembly;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>Operations of the register-transfer form that the allocator and the emitter work on.</summary>
internal enum LOp : byte
{
    /// <summary>All destinations get their sources at once.</summary>
    Copy,
    /// <summary>Parameters arrive at the places of the calling convention.</summary>
    Entry,
    Add, Sub, And, Or, Xor, Neg, Not,
    /// <summary>A word plus a byte without sign.</summary>
    AddByte,
    /// <summary>A word with a byte in the half the displacement names, the low one being 0.</summary>
    OrByte,
    /// <summary>The word of a high and a low byte.</summary>
    JoinBytes,
    /// <summary>Shifts and rotates by a constant number of bits.</summary>
    Shl, Shr, Sar, Rotl,
    /// <summary>To a larger size, without and with sign; to a smaller one.</summary>
    ZeroExtend, SignExtend, Truncate,
    Load, Store,
    /// <summary>bool of a comparison; conditional jump by one.</summary>
    Set, Branch,
    /// <summary>Takes one off and jumps while the result is not zero.</summary>
    DecrementBranch,
    /// <summary>Traps unless the comparison holds.</summary>
    Check,
    Jump, Switch, Return, TailCall,
    Call, CallIndirect,
    /// <summary>A routine of the runtime library with operands in fixed registers.</summary>
    Routine,
    Trap,
    In, Out, Assembly,
    /// <summary>Copies and fills memory.</summary>
    CopyMemory, FillMemory,
    /// <summary>The address of a slot in a stack frame.</summary>
    FrameAddress,
}

/// <summary>A comparison, by unsigned or signed order.</summary>
internal enum Comparison : byte { Eq, Ne, Lt, Le, Gt, Ge }

internal static class Comparisons
{
    public static Comparison Inverse(this Comparison c) => c switch
    {
        Comparison.Eq => Comparison.Ne,
        Comparison.Ne => Comparison.Eq,
        Comparison.Lt => Comparison.Ge,
        Comparison.Le => Comparison.Gt,
        Comparison.Gt => Comparison.Le,
        Comparison.Ge => Comparison.Lt,
    };

    public static Comparison Swapped(this Comparison c) => c switch
    {
        Comparison.Eq => Comparison.Eq,
        Comparison.Ne => Comparison.Ne,
        Comparison.Lt => Comparison.Gt,
        Comparison.Le => Comparison.Ge,
        Comparison.Gt => Comparison.Lt,
        Comparison.Ge => Comparison.Le,
    };
}

/// <summary>An operand: a variable or a constant.</summary>
/// <param name="Register">The variable's number; -1 for a constant.</param>
/// <param name="Constant">The constant; null for a variable.</param>
/// <param name="Size">Bytes, 1..4.</param>
internal readonly record struct Opnd(int Register, Expr? Constant, int Size)
{
    public bool IsConstant => Constant is not null;

    /// <summary>The number of a constant known now, or null.</summary>
    public int? Number => Constant is Expr.Constant c ? c.Value : null;

    public static Opnd Var(int register, int size) => new(register, null, size);
    public static Opnd Of(Expr value, int size) => new(-1, value, size);
    public override string ToString() => IsConstant ? Constant!.ToString() : $"v{Register}";
}

/// <summary>A variable of the register-transfer form: one or more SSA values that share a place.</summary>
/// <param name="Name">Name in source, or null.</param>
/// <param name="Size">Bytes, 1..4.</param>
internal sealed record LVar(string? Name, int Size)
{
    /// <summary>Where it must be when it may not be chosen: a slot that assembly names.</summary>
    public Loc? Fixed { get; set; }
}

/// <summary>An instruction of the register-transfer form.</summary>
internal sealed class LInst(LOp op, int size)
{
    public LOp Op { get; set; } = op;
    /// <summary>Bytes the operation works on.</summary>
    public int Size { get; set; } = size;
    public bool Signed { get; init; }
    public Comparison Comparison { get; set; }
    /// <summary>Variables it sets.</summary>
    public ImmutableArray<int> Outs { get; set; } = [];
    public ImmutableArray<Opnd> Args { get; set; } = [];
    /// <summary>Load, Store: bytes added to the address.</summary>
    public int Displacement { get; set; }
    /// <summary>Jump, Branch (taken, else), Switch (cases, default).</summary>
    public ImmutableArray<LBlock> Targets { get; set; } = [];
    /// <summary>Call: <see cref="LFunction"/>. Routine: its <see cref="Runtime.Routine"/>. Check, Trap: a
    /// <see cref="TrapSite"/>. Assembly: an <see cref="AssemblyCode"/>. Switch: the case values.</summary>
    public object? Payload { get; init; }
    public SourcePosition Position { get; set; }
    /// <summary>Load, Store: must happen as written.</summary>
    public bool IsVolatile { get; init; }
    /// <summary>Routine, Call: where its trap is reported; null when it cannot trap here.</summary>
    public TrapSite? Site { get; set; }
    /// <summary>Number in the function, for tables.</summary>
    public int Index { get; set; }
    /// <summary>Variables that are live after it and not set by it.</summary>
    public int[] LiveThrough { get; set; } = [];
    /// <summary>Executions per call of the function, estimated.</summary>
    public double Frequency { get; set; } = 1;

    public bool IsTerminator => Op is LOp.Jump or LOp.Branch or LOp.DecrementBranch or LOp.Switch or LOp.Return
        or LOp.TailCall or LOp.Trap;

    public override string ToString() =>
        $"{string.Join(",", Outs.Select(o => "v" + o))} = {Op}{Size * 8}{(Signed ? "s" : "")}" +
        $"{(Op is LOp.Set or LOp.Branch or LOp.Check ? "." + Comparison : "")} {string.Join(", ", Args)}" +
        (Displacement != 0 ? $" +{Displacement}" : "") +
        (Targets.IsEmpty ? "" : " -> " + string.Join(", ", Targets.Select(t => t.Label)));
}

/// <summary>A trap with the place it is reported for.</summary>
/// <param name="Code">Why the program stops.</param>
/// <param name="File">Path of the source file; null when unknown.</param>
/// <param name="Line">Line from 1; 0 when unknown.</param>
internal sealed record TrapSite(MinZ.Mir.TrapCode Code, string? File, int Line);

/// <summary>Inline assembly made ready: items to insert and how values get in and out.</summary>
/// <param name="Items">Its instructions, local labels made unique.</param>
/// <param name="Inputs">Registers of the operands.</param>
/// <param name="Outputs">Registers of the outputs.</param>
/// <param name="Clobbers">Byte registers it changes.</param>
internal sealed record AssemblyCode(ImmutableArray<Item> Items, ImmutableArray<RegSeq> Inputs,
    ImmutableArray<RegSeq> Outputs, int Clobbers);

/// <summary>A block of the register-transfer form.</summary>
internal sealed class LBlock(string label)
{
    public string Label { get; set; } = label;
    public List<LInst> Instructions { get; } = [];
    public double Frequency { get; set; } = 1;
    public int LoopDepth { get; set; }
    public int Index { get; set; }
    public ImmutableArray<LBlock> Successors =>
        Instructions.Count == 0 ? [] : Instructions[^1].Targets;
    public override string ToString() => Label;
}

/// <summary>How values get into and out of a function, and what its call destroys.</summary>
internal sealed class Convention
{
    /// <summary>Place of each parameter.</summary>
    public ImmutableArray<Loc> Parameters { get; set; } = [];
    public Loc Result { get; set; } = Loc.Nowhere;
    /// <summary>Byte registers that do not survive a call.</summary>
    public int Clobbers { get; set; } = ByteRegs.All;
}

/// <summary>Memory of a function at a fixed address.</summary>
/// <param name="Symbol">Its name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="HoldsAddresses">True when a collector must look into it.</param>
internal readonly record struct FrameCell(string Symbol, int Size, bool HoldsAddresses);

/// <summary>A function in register-transfer form.</summary>
internal sealed class LFunction(string label)
{
    public string Label { get; } = label;
    public List<LBlock> Blocks { get; } = [];
    public List<LVar> Variables { get; } = [];
    public Convention Convention { get; set; } = new();
    /// <summary>True when parameters may arrive wherever the allocator puts them.</summary>
    public bool HasFreeConvention { get; set; }
    /// <summary>True when it may be active more than once: frame cells do not survive its recursive calls.</summary>
    public bool IsRecursive { get; set; }
    /// <summary>True when another thread may run before it returns; it is recursive then.</summary>
    public bool Suspends { get; set; }
    /// <summary>
    /// The place its stack overflow is reported for when it looks at the stack first, as recursive functions of
    /// programs with threads do; null for others.
    /// </summary>
    public TrapSite? StackCheck { get; set; }
    /// <summary>True when it looks whether there is stack left.</summary>
    public bool ChecksStack => StackCheck is not null;
    /// <summary>Number of the call-graph component; calls inside one component are recursive.</summary>
    public int Component { get; set; } = -1;
    public bool IsInterrupt { get; set; }
    /// <summary>True for interrupt handlers and what they call.</summary>
    public bool RunsInHandler { get; set; }
    public bool IsNaked { get; set; }
    /// <summary>Absolute address or outside symbol for extern functions.</summary>
    public bool IsExtern { get; set; }
    /// <summary>Bytes of the stack frame addressed through IX; 0 = none.</summary>
    public int StackFrame { get; set; }
    /// <summary>
    /// True when it may run inside a function with a stack frame: IX then belongs to that and holds nothing else.
    /// </summary>
    public bool LeavesFramePointer { get; set; }

    /// <summary>True when IX holds the address of a frame, its own or a caller's, from entry to return.</summary>
    public bool KeepsFramePointer => StackFrame > 0 || LeavesFramePointer;
    /// <summary>Static cells besides variables: arrays and structs, name and size.</summary>
    public List<FrameCell> Slots { get; } = [];
    /// <summary>Functions and routines it calls.</summary>
    public List<LFunction> Callees { get; } = [];
    /// <summary>Where each variable lives; set by the allocator.</summary>
    public Loc[] Locations { get; set; } = [];
    /// <summary>Byte registers the code changes; set by the emitter.</summary>
    public int Clobbers { get; set; }
    public List<Item> Code { get; set; } = [];

    public int NewVariable(int size, string? name = null)
    {
        Variables.Add(new LVar(name, size));
        return Variables.Count - 1;
    }

    public override string ToString() => Label + "\n" + string.Concat(Blocks.Select(b =>
        $"{b.Label}: ({b.Frequency})\n" + string.Concat(b.Instructions.Select(i => $"    {i}\n"))));
}
