using System.Collections.Immutable;
using static MinZ.Mir.Effects;
using static MinZ.Mir.OpShape;
using static MinZ.Mir.TypeClass;

namespace MinZ.Mir;

/// <summary>A row of <see cref="Ops"/>.</summary>
/// <param name="Op">The operation.</param>
/// <param name="Name">Name in text, without type suffix.</param>
/// <param name="Shape">How operand types follow from the instruction type.</param>
/// <param name="Types">Instruction types it accepts.</param>
/// <param name="Effects">What it may do.</param>
/// <param name="Suffixed">True when text writes the instruction type behind the name (<c>add.u8</c>).</param>
/// <param name="Lowered">True for ops that only lowered modules hold.</param>
/// <param name="Doc">Its meaning in one line.</param>
/// <param name="Evaluate">Exact value for constant operands in canonical bits (see <see cref="Constants"/>); null when
/// there is none. Returns false where the operation traps.</param>
public sealed record OpInfo(
    Op Op, string Name, OpShape Shape, TypeClass Types, Effects Effects, bool Suffixed, bool Lowered, string Doc,
    Evaluator? Evaluate)
{
    /// <summary>Number of value operands for the regular shapes; -1 when it varies.</summary>
    public int OperandCount => Shape switch
    {
        Unary or OpShape.Convert => 1,
        Binary or OpShape.Shift or Compare => 2,
        Special => -1,
    };

    /// <summary>True when the operands may be exchanged.</summary>
    public bool Commutative => Op is Op.Add or Op.Mul or Op.MulWide or Op.And or Op.Or or Op.Xor or Op.Min or Op.Max
        or Op.CmpEq or Op.CmpNe;

    /// <summary>True when the op ends a block.</summary>
    public bool IsTerminator => (Effects & Terminates) != 0;

    /// <summary>True when two equal instructions yield equal values and unused ones may go.</summary>
    public bool IsPure => Effects == Pure;
}

/// <summary>Evaluates an op on constants.</summary>
/// <param name="type">The instruction type.</param>
/// <param name="a">First operand, canonical bits of its type.</param>
/// <param name="b">Second operand, canonical bits; 0 for unary ops.</param>
/// <param name="result">Result, canonical bits.</param>
/// <returns>False where the operation traps.</returns>
public delegate bool Evaluator(MirType type, long a, long b, out long result);

/// <summary>
/// The one table of operations. The reader and writer, verifier, constant folder, engines, docs and the boundary-value
/// tests all read it. There is no undefined behaviour: where a row says nothing else, a verified op has a result.
/// </summary>
public static class Ops
{
    private static readonly OpInfo[] Table = Build();

    /// <summary>All rows, in the order of <see cref="Op"/>.</summary>
    public static ImmutableArray<OpInfo> All { get; } = [.. Table];

    private static readonly Dictionary<string, OpInfo> ByName = Table.ToDictionary(r => r.Name);

    /// <summary>The row of an op.</summary>
    public static OpInfo Info(this Op op) => Table[(int)op];

    /// <summary>Finds an op by its name in text.</summary>
    public static bool TryGet(string name, out OpInfo info) => ByName.TryGetValue(name, out info!);

    /// <summary>Which class a type belongs to.</summary>
    public static TypeClass ClassOf(MirType type) => type.Kind switch
    {
        TypeKind.Bool => TypeClass.Bool,
        TypeKind.F32 or TypeKind.F64 => Float,
        TypeKind.Fixed => TypeClass.Fixed,
        TypeKind.Void => TypeClass.None,
        >= TypeKind.U8 and <= TypeKind.I64 => Integer,
        TypeKind.Enum => ((EnumType)type).HasPayload ? TypeClass.None : TypeClass.Integer,
        TypeKind.Str or TypeKind.Slice or TypeKind.Reference or TypeKind.Pointer or TypeKind.Box or TypeKind.Function
            or TypeKind.Interface or TypeKind.Actor or TypeKind.Channel => Handle,
        TypeKind.TypeParameter => TypeClass.Any,
        _ => TypeClass.None,
    };

    private static OpInfo[] Build()
    {
        OpInfo[] rows = [.. Values(), .. Arithmetic(), .. Aggregates(), .. Memory(), .. Functions(), .. Control(),
            .. Flat()];
        var table = new OpInfo[Enum.GetValues<Op>().Length];
        foreach (var row in rows)
            table[(int)row.Op] = row;
        if (Array.IndexOf(table, null) is var missing and >= 0)
            throw new InvalidOperationException($"op {(Op)missing} has no row");
        return table;
    }

    private static OpInfo Row(Op op, string name, OpShape shape, TypeClass types, Effects effects, string doc,
        Evaluator? evaluate = null, bool suffix = true) =>
        new(op, name, shape, types, effects, suffix, false, doc, evaluate);

    private static OpInfo Plain(Op op, string name, Effects effects, string doc) =>
        Row(op, name, Special, TypeClass.Any, effects, doc, null, suffix: false);

    private static IEnumerable<OpInfo> Values() =>
    [
        Row(Op.Const, "const", Special, Numeric, Pure, "a constant of type T"),
        Plain(Op.ConstStr, "const.str", Pure, "a string literal"),
        Row(Op.None, "none", Special, TypeClass.Any, Pure, "the zero value of type T: 0, false, empty, null handle"),
        Plain(Op.FuncRef, "func.ref", Pure, "a function as a function value"),
        Plain(Op.LoadParam, "load.param", Pure, "its operand, unchanged"),
        Row(Op.Select, "select", Special, TypeClass.Any, Pure,
            "(bool c, T a, T b): a when c, else b; both are evaluated"),
        Row(Op.Conv, "conv", OpShape.Convert, Numeric, Pure,
            "value as T: integers truncate or extend by the source's sign, float to integer saturates (NaN is 0)"),
        Row(Op.Bitcast, "bitcast", Special, TypeClass.Any, Pure,
            "same bits as T: equal widths, or between integer and pointer, enum, bool"),
    ];

    private static IEnumerable<OpInfo> Arithmetic() =>
    [
        Row(Op.Add, "add", Binary, TypeClass.Arithmetic, Pure, "sum, wraps at T's width", Evaluators.Add),
        Row(Op.Sub, "sub", Binary, TypeClass.Arithmetic, Pure, "difference, wraps at T's width", Evaluators.Sub),
        Row(Op.Mul, "mul", Binary, TypeClass.Arithmetic, Pure, "product, wraps at T's width", Evaluators.Mul),
        Row(Op.Div, "div", Binary, TypeClass.Arithmetic, Traps,
            "quotient, truncates towards zero; integer divisor 0 traps; minimum / -1 wraps", Evaluators.Div),
        Row(Op.Rem, "rem", Binary, TypeClass.Arithmetic, Traps,
            "remainder with the dividend's sign; integer divisor 0 traps", Evaluators.Rem),
        Row(Op.Neg, "neg", Unary, TypeClass.Arithmetic, Pure, "0 - a, wraps", Evaluators.Neg),
        Row(Op.Abs, "abs", Unary, TypeClass.Arithmetic, Pure, "absolute value; the minimum stays itself",
            Evaluators.Abs),
        Row(Op.Min, "min", Binary, TypeClass.Arithmetic, Pure, "the smaller", Evaluators.Min),
        Row(Op.Max, "max", Binary, TypeClass.Arithmetic, Pure, "the larger", Evaluators.Max),
        Row(Op.MulWide, "mul.wide", Special, Integer, Pure,
            "(T, T) → integer of twice T's width (8, 16, 32 bits): full product", Evaluators.MulWide),
        Row(Op.And, "and", Binary, Bits, Pure, "bitwise and", Evaluators.And),
        Row(Op.Or, "or", Binary, Bits, Pure, "bitwise or", Evaluators.Or),
        Row(Op.Xor, "xor", Binary, Bits, Pure, "bitwise exclusive or", Evaluators.Xor),
        Row(Op.Not, "not", Unary, Bits, Pure, "all bits inverted; for bool the other value", Evaluators.Not),
        Row(Op.Shl, "shl", OpShape.Shift, Integer, Pure, "a shifted left; count ≥ width gives 0", Evaluators.Shl),
        Row(Op.Shr, "shr", OpShape.Shift, Integer, Pure,
            "a shifted right, by T's sign; count ≥ width gives 0 or all sign bits", Evaluators.Shr),
        Row(Op.Rotl, "rotl", OpShape.Shift, Integer, Pure, "rotated left by count modulo width", Evaluators.Rotl),
        Row(Op.Rotr, "rotr", OpShape.Shift, Integer, Pure, "rotated right by count modulo width", Evaluators.Rotr),
        Row(Op.CmpEq, "cmp.eq", Compare, Numeric | Handle, Pure, "equal (strings by content)", Evaluators.CmpEq),
        Row(Op.CmpNe, "cmp.ne", Compare, Numeric | Handle, Pure, "not equal; true for NaN", Evaluators.CmpNe),
        Row(Op.CmpLt, "cmp.lt", Compare, Numeric | Handle, Pure, "less, by T's sign; false for NaN", Evaluators.CmpLt),
        Row(Op.CmpLe, "cmp.le", Compare, Numeric | Handle, Pure, "less or equal", Evaluators.CmpLe),
        Row(Op.CmpGt, "cmp.gt", Compare, Numeric | Handle, Pure, "greater", Evaluators.CmpGt),
        Row(Op.CmpGe, "cmp.ge", Compare, Numeric | Handle, Pure, "greater or equal", Evaluators.CmpGe),
    ];

    private static IEnumerable<OpInfo> Aggregates() =>
    [
        Row(Op.StructMake, "struct.make", Special, TypeClass.Any, Pure, "struct T from its fields in order"),
        Plain(Op.StructGet, "struct.get", Pure, "field of a struct value: struct.get %s.name"),
        Row(Op.ArrayMake, "array.make", Special, TypeClass.Any, Pure, "array T from its elements"),
        Row(Op.ArrayFill, "array.fill", Special, TypeClass.Any, Pure, "array T with every element the operand"),
        Plain(Op.TupleMake, "tuple.make", Pure, "tuple of its operands"),
        Plain(Op.TupleGet, "tuple.get", Pure, "item of a tuple value: tuple.get %t.0"),
        Plain(Op.EnumMake, "enum.make", Pure, "enum.make E.Variant, payload…"),
        Plain(Op.EnumTag, "enum.tag", Pure, "tag of an enum value, of the enum's tag type"),
        Plain(Op.EnumGet, "enum.get", Traps, "payload item: enum.get %e!Variant.0; another variant traps"),
    ];

    private static IEnumerable<OpInfo> Memory() =>
    [
        Plain(Op.Load, "load", Reads | Traps, "value of a place"),
        Plain(Op.Store, "store", Writes | Traps, "store PLACE, value"),
        Plain(Op.Copy, "copy", Reads | Writes | Traps, "copy TO, FROM: whole value of one place into another"),
        Plain(Op.Clear, "clear", Writes | Traps, "sets a place to the zero value of its type"),
        Plain(Op.Ref, "ref", Traps, "reference to a place (&T)"),
        Plain(Op.RefMut, "ref.mut", Traps, "mutable reference to a place (&mut T)"),
        Plain(Op.AddressOf, "addr.of", Traps, "raw pointer to a place (*T); flat targets only"),
        Plain(Op.Len, "len", Pure, "number of elements of a slice value, in T (u16 or u32)")
            with { Suffixed = true },
        Plain(Op.Slice, "slice", Traps, "slice %s, from, to: part of a slice value; out of range traps"),
        Plain(Op.SliceOf, "slice.of", Traps, "slice over a whole array place"),
        Row(Op.New, "new", Special, TypeClass.Any, Writes | Traps, "box holding the operand (of type T)"),
        Row(Op.SliceNew, "slice.new", Special, TypeClass.Any, Writes | Traps,
            "slice of n zeroed elements of type T on the heap"),
        Plain(Op.StrLen, "str.len", Pure, "length in bytes, u16"),
        Plain(Op.StrAt, "str.at", Traps, "byte of a string, u8; out of range traps"),
        Plain(Op.StrSlice, "str.slice", Writes | Traps, "str.slice %s, from, to: part of a string"),
        Plain(Op.StrConcat, "str.concat", Writes | Traps, "both strings in one"),
        Plain(Op.StrCmp, "str.cmp", Pure, "-1, 0, 1 by byte order, i8"),
        Plain(Op.StrOf, "str.of", Writes | Traps, "text of a numeric value as print writes it"),
        Plain(Op.StrFrom, "str.from", Reads | Writes | Traps, "string of the bytes of a slice"),
        Plain(Op.StrPtr, "str.ptr", Pure, "raw pointer to the first byte; a zero byte follows the last"),
        Row(Op.Peek, "peek", Special, Integer, Reads | Writes, "integer T at a raw address; never removed or merged"),
        Row(Op.Poke, "poke", Special, Integer, Writes, "poke.T address, value"),
        Plain(Op.In, "in", Reads | Writes, "u8 from an I/O port (u16 port)"),
        Plain(Op.Out, "out", Writes, "out port, value: u8 to an I/O port (u16 port)"),
    ];

    private static IEnumerable<OpInfo> Functions() =>
    [
        Plain(Op.Call, "call", Everything, "calls a function"),
        Plain(Op.CallIndirect, "call.indirect", Everything, "calls a function value"),
        Plain(Op.CallInterface, "call.interface", Everything, "calls a method of an interface value"),
        Plain(Op.Closure, "closure", Writes | Traps, "closure f, captures…: function value with an environment"),
        Plain(Op.Intrinsic, "call @", Everything, "calls an intrinsic of the table in Intrinsics.cs"),
        Plain(Op.IfaceMake, "iface.make", Pure, "iface.make I, %ref: interface value over a reference"),
        Plain(Op.IfaceIs, "iface.is", Pure, "true when the interface value is over type T"),
        Plain(Op.IfaceCast, "iface.cast", Traps, "reference behind an interface value, checked"),
        Plain(Op.Spawn, "spawn", Everything, "starts a green thread or an actor"),
        Plain(Op.ActorSend, "actor.send", Everything, "message without reply"),
        Plain(Op.ActorAsk, "actor.ask", Everything, "message with reply, waits"),
        Plain(Op.ActorWatch, "actor.watch", Everything, "channel (chan<str>) on which the end of an actor is reported"),
        Plain(Op.ActorRestart, "actor.restart", Everything, "starts an actor that has ended anew, same mailbox"),
        Plain(Op.ActorStop, "actor.stop", Everything, "closes the mailbox: the actor ends after what is in it"),
        Row(Op.ChanNew, "chan.new", Special, TypeClass.Any, Writes | Traps,
            "channel of T with a capacity; 0 = rendezvous"),
        Plain(Op.ChanSend, "chan.send", Everything, "sends, waits while full; a closed channel traps"),
        Plain(Op.ChanReceive, "chan.receive", Everything, "receives, waits while empty; closed and empty traps"),
        Plain(Op.ChanTake, "chan.take", Everything,
            "chan.take %ch, %ref: receives into a place, waits while empty; false when closed and empty"),
        Plain(Op.ChanClose, "chan.close", Everything, "closes a channel: nothing more is sent; again does nothing"),
        Plain(Op.ChanSelect, "chan.select", Everything,
            "waits for one of several cases, does it, yields its number (u8)"),
        Plain(Op.Yield, "yield", Suspends | Writes, "lets other green threads run"),
        Plain(Op.Sleep, "sleep", Suspends | Writes, "waits for a number of milliseconds"),
        Plain(Op.Self, "self", Pure, "handle of the running actor"),
        Plain(Op.ThreadReport, "thread.report", Reads | Writes,
            "the end of this thread is reported on a chan<str>; a trap does not stop the program then"),
        Plain(Op.ThreadGuard, "thread.guard", Reads | Writes,
            "thread.guard %ch, n: a trap of this thread closes the channel; n-th of two (0, 1)"),
        Plain(Op.Syscall, "syscall", Everything, "host service by number, through the sandbox's gate"),
        Plain(Op.Native, "native", Everything, "native lib.name, args…: host function, through the sandbox's gate"),
        Plain(Op.Asm, "asm", Everything, "inline assembly for one target"),
    ];

    private static IEnumerable<OpInfo> Control() =>
    [
        Plain(Op.Jump, "jump", Terminates, "to a block with arguments"),
        Plain(Op.JumpIf, "jumpif", Terminates, "jumpif %c, .yes(…), .no(…)"),
        Row(Op.Switch, "switch", Special, Integer, Terminates, "switch %v, 1: .a, 2: .b, else .c"),
        Plain(Op.Ret, "ret", Terminates, "returns, with a value unless the function returns none"),
        Plain(Op.TailCall, "tailcall", Terminates | Everything,
            "returns what a call of the function returns, in the same frame"),
        Plain(Op.Trap, "trap", Terminates | Traps, "trap code[, %message]: stops with a code"),
        Plain(Op.Unreachable, "unreachable", Terminates | Traps, "traps: control cannot come here"),
    ];

    private static IEnumerable<OpInfo> Flat()
    {
        OpInfo[] rows =
        [
            Plain(Op.LocalAddress, "local.addr", Pure, "address of a slot"),
            Plain(Op.GlobalAddress, "global.addr", Pure, "address of a global"),
            Plain(Op.PointerAdd, "ptr.add", Pure, "ptr.add %p, %i, scale: p + i·scale bytes (scale constant), wraps"),
            Row(Op.MemLoad, "mem.load", Special, TypeClass.Any, Reads, "T at address plus constant displacement"),
            Row(Op.MemStore, "mem.store", Special, TypeClass.Any, Writes, "mem.store.T %p + d, %v"),
            Plain(Op.MemCopy, "mem.copy", Reads | Writes, "mem.copy %to, %from, %bytes: as if through a buffer"),
            Plain(Op.MemFill, "mem.fill", Writes, "mem.fill %to, %byte, %bytes"),
            Row(Op.Bounds, "bounds", Binary, Integer, Traps, "(T i, T n): i when i < n, else traps",
                Evaluators.Bounds),
            Row(Op.AddCarry, "add.c", Special, Integer, Pure, "(T a, T b, bool c): a + b + c, wraps"),
            Row(Op.SubBorrow, "sub.b", Special, Integer, Pure, "(T a, T b, bool c): a - b - c, wraps"),
        ];
        return rows.Select(r => r with { Lowered = true });
    }
}
