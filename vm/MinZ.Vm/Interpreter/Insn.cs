using System.Runtime.InteropServices;

namespace MinZ.Vm.Interpreter;

/// <summary>
/// One bytecode instruction, 16 bytes. A, B, C name frame slots; D and E hold slots, immediates, a jump distance in
/// instructions (D), or together one 64-bit word. <see cref="Codes.Of"/> tells which.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 16)]
internal struct Insn
{
    private ushort _op;
    public ushort A;
    public ushort B;
    public ushort C;
    public int D;
    public int E;

    public Code Op
    {
        readonly get => (Code)_op;
        set => _op = (ushort)value;
    }

    /// <summary>D and E as one word.</summary>
    public long Word
    {
        readonly get => (uint)D | (long)E << 32;
        set => (D, E) = ((int)value, (int)(value >> 32));
    }
}

/// <summary>What a call needs of a function; its address is in the bytecode of its callers.</summary>
internal unsafe struct CodeEntry
{
    /// <summary>First instruction; a <see cref="Code.Translate"/> until the first call.</summary>
    public Insn* Code;
    /// <summary>Slots from the frame's start to its end, arguments of its own calls included.</summary>
    public int FrameSlots;
    /// <summary>Number of the function in its module.</summary>
    public int Index;
    /// <summary>Interned parameter and result representation, compared by indirect calls.</summary>
    public int Signature;
}

internal static partial class Codes
{
    /// <summary>True for what may run the collector, besides calls.</summary>
    public static bool MayCollect(Code code) => code is Code.New or Code.NewZeroed or Code.StrConcat or Code.StrSlice
        or Code.StrOf or Code.StrFrom
        || IsConcurrent(code);

    /// <summary>True for operations on threads and channels.</summary>
    public static bool IsConcurrent(Code code) => code is (>= Code.ChanSend and <= Code.ChanTake)
        or (>= Code.ChanSelect and <= Code.EndThread);
}

/// <summary>How a bytecode uses its fields.</summary>
[Flags]
internal enum Fields : ushort
{
    DefinesA = 1, DefinesB = 2, DefinesC = 4,
    UsesA = 8, UsesB = 16, UsesC = 32, UsesD = 64, UsesE = 128,
    /// <summary>D is a distance in instructions.</summary>
    Jump = 256,
    ImmediateA = 512, ImmediateC = 1024, ImmediateD = 2048, ImmediateE = 4096,
}
