namespace MinZ.Mir;

/// <summary>
/// Every MIR operation. <see cref="Ops"/> says what each one means; <c>docs/mir.md</c> shows each in text.
/// </summary>
public enum Op : byte
{
    // constants
    Const, ConstStr, None, FuncRef,
    // values
    LoadParam, Select,
    // integer, fixed and float arithmetic
    Add, Sub, Mul, Div, Rem, Neg, Abs, Min, Max, MulWide,
    And, Or, Xor, Not, Shl, Shr, Rotl, Rotr,
    // compare
    CmpEq, CmpNe, CmpLt, CmpLe, CmpGt, CmpGe,
    // convert
    Conv, Bitcast,
    // aggregates as values
    StructMake, StructGet, ArrayMake, ArrayFill, TupleMake, TupleGet, EnumMake, EnumTag, EnumGet,
    // places
    Load, Store, Copy, Clear, Ref, RefMut, AddressOf, Len, Slice, SliceOf,
    // heap
    New, SliceNew,
    // strings
    StrLen, StrAt, StrSlice, StrConcat, StrCmp, StrOf, StrFrom, StrPtr,
    // functions
    Call, CallIndirect, CallInterface, Closure, Intrinsic,
    // interfaces
    IfaceMake, IfaceIs, IfaceCast,
    // concurrency
    Spawn, ActorSend, ActorAsk, ActorWatch, ActorRestart, ActorStop,
    ChanNew, ChanSend, ChanReceive, ChanTake, ChanClose, ChanSelect, Yield, Sleep, Self, ThreadReport, ThreadGuard,
    // outside
    Syscall, Native, Peek, Poke, In, Out, Asm,
    // terminators
    Jump, JumpIf, Switch, Ret, TailCall, Trap, Unreachable,
    // lowered only: flat memory
    LocalAddress, GlobalAddress, PointerAdd, MemLoad, MemStore, MemCopy, MemFill, Bounds, AddCarry, SubBorrow,
}

/// <summary>What an operation may do besides yielding its result; passes ask this and nothing else.</summary>
[Flags]
public enum Effects : byte
{
    /// <summary>Only computes: may be removed, merged, moved.</summary>
    Pure = 0,
    /// <summary>Depends on memory.</summary>
    Reads = 1,
    /// <summary>Changes memory or the world.</summary>
    Writes = 2,
    /// <summary>May stop the program.</summary>
    Traps = 4,
    /// <summary>May give way to other green threads.</summary>
    Suspends = 8,
    /// <summary>Ends a block.</summary>
    Terminates = 16,
    /// <summary>Everything a call may do.</summary>
    Everything = Reads | Writes | Traps | Suspends,
}

/// <summary>How operand and result types follow from the instruction's type T (its suffix in text).</summary>
public enum OpShape : byte
{
    /// <summary>Checked one by one in the verifier; the op's doc line says how.</summary>
    Special,
    /// <summary>(T) → T</summary>
    Unary,
    /// <summary>(T, T) → T</summary>
    Binary,
    /// <summary>(T, u8) → T</summary>
    Shift,
    /// <summary>(T, T) → bool</summary>
    Compare,
    /// <summary>(any numeric) → T</summary>
    Convert,
}

/// <summary>Which types T an operation accepts as its instruction type.</summary>
[Flags]
public enum TypeClass : byte
{
    None = 0, Bool = 1, Integer = 2, Float = 4, Fixed = 8,
    /// <summary>Addresses, handles and strings.</summary>
    Handle = 16,
    Arithmetic = Integer | Float | Fixed,
    Bits = Bool | Integer,
    Numeric = Bool | Arithmetic,
    Any = 255,
}
