using MinZ.Vm.Interpreter;

namespace MinZ.Vm.Loading;

/// <summary>
/// A bytecode instruction before slots are known: fields that are slots hold virtual registers. Positive registers are
/// values and temporaries; <see cref="Window"/> ones are outgoing arguments.
/// </summary>
internal struct Lir
{
    public Code Op;
    public int A, B, C, D, E;
    /// <summary>Index into the function's locations.</summary>
    public int Location;

    /// <summary>Register of the n-th outgoing argument, which lives at a fixed place behind the frame.</summary>
    public static int Window(int n) => -1 - n;

    /// <summary>Slot of the n-th parameter of the function, for a call that reuses the frame.</summary>
    public static int Parameter(int n) => int.MinValue + n;

    /// <summary>True for what <see cref="Window"/> yields.</summary>
    public static bool IsWindow(int register) => register < 0 && register > int.MinValue / 2;
}

/// <summary>How a block ends.</summary>
internal enum EndKind : byte
{
    /// <summary>The last instruction ends it by itself: return, trap, tail call.</summary>
    None,
    /// <summary>To the first edge.</summary>
    Jump,
    /// <summary>To the first edge when the test holds, else the second.</summary>
    Branch,
    /// <summary>By the cases; the last edge is the default.</summary>
    Switch,
}

/// <summary>A way from a block to another with the registers passed to its parameters.</summary>
internal sealed record Edge(int Target, int[] Arguments);

/// <summary>A block of <see cref="Lir"/> in layout order.</summary>
internal sealed class LirBlock
{
    public readonly List<Lir> Code = [];
    public int[] Parameters = [];
    public EndKind End;
    /// <summary>Branch: the compare-and-jump of the "then" edge, its jump field open. Switch: the register in
    /// A.</summary>
    public Lir Test;
    public Edge[] Edges = [];
    public long[] Cases = [];
    /// <summary>Switch: register of each case that is no 32-bit number; 0 for the others.</summary>
    public int[] CaseRegisters = [];
    public int LoopDepth;
}
