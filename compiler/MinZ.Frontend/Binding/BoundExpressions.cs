using System.Collections.Immutable;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>An expression with its meaning and type. Bound trees are immutable and know nothing of syntax.</summary>
internal abstract record BoundExpression(TextSpan Span, MirType Type)
{
    /// <summary>True when the expression denotes a place: it can be assigned and referred to.</summary>
    public virtual bool IsPlace => false;
}

/// <summary>An error was reported; what depends on it keeps silent.</summary>
internal sealed record BoundError(TextSpan Span) : BoundExpression(Span, Special.Error);

/// <summary>A number, bool, plain enum value or address known at compile time, in canonical bits.</summary>
internal sealed record BoundLiteral(TextSpan Span, MirType Type, long Bits) : BoundExpression(Span, Type);

/// <summary>A whole number without type: literals and what is computed from them alone.</summary>
/// <param name="Span">Its place.</param>
/// <param name="Value">The number.</param>
/// <param name="IsComputed">True for what an operator makes there, which wraps as all arithmetic does.</param>
internal sealed record BoundUntyped(TextSpan Span, Int128 Value, bool IsComputed = false)
    : BoundExpression(Span, Special.UntypedInt);

/// <summary>A decimal fraction without type.</summary>
internal sealed record BoundFraction(TextSpan Span, double Value) : BoundExpression(Span, Special.UntypedFraction);

/// <summary>A string literal, as <c>str</c> or as <c>*u8</c> to its first byte.</summary>
internal sealed record BoundText(TextSpan Span, StringConstant Text, MirType Type) : BoundExpression(Span, Type);

/// <summary>A lambda before the types of its parameters are known.</summary>
internal sealed record BoundOpenLambda(TextSpan Span, int Parameters) : BoundExpression(Span, Special.Lambda);

/// <summary><c>null</c> before its type is known.</summary>
internal sealed record BoundNull(TextSpan Span) : BoundExpression(Span, Special.Null);

/// <summary>The zero value of any type.</summary>
internal sealed record BoundZero(TextSpan Span, MirType Type) : BoundExpression(Span, Type);

/// <summary>A local variable or parameter.</summary>
internal sealed record BoundLocal(TextSpan Span, LocalSymbol Local) : BoundExpression(Span, Local.Type)
{
    public override bool IsPlace => true;
}

/// <summary>A global variable or constant.</summary>
internal sealed record BoundGlobal(TextSpan Span, GlobalSymbol Global) : BoundExpression(Span, Global.Type)
{
    public override bool IsPlace => true;
}

/// <summary>A function as a value.</summary>
internal sealed record BoundFunctionValue(TextSpan Span, FunctionSymbol Function, MirType Type)
    : BoundExpression(Span, Type);

/// <summary>
/// An interface value over what a reference refers to, or over a copy of a value in a box of its own.
/// </summary>
internal sealed record BoundInterface(TextSpan Span, BoundExpression Source, InterfaceType Interface, bool IsCopy)
    : BoundExpression(Span, Interface);

/// <summary>Call of a method through an interface value.</summary>
internal sealed record BoundInterfaceCall(TextSpan Span, BoundExpression Receiver, InterfaceType Interface, int Method,
    ImmutableArray<BoundExpression> Arguments, MirType Type) : BoundExpression(Span, Type);

/// <summary>Reference to what is behind an interface value; traps when that has another type.</summary>
internal sealed record BoundInterfaceCast(TextSpan Span, BoundExpression Value, MirType Type)
    : BoundExpression(Span, Type);

/// <summary>Whether an interface value is over a type.</summary>
internal sealed record BoundInterfaceTest(TextSpan Span, BoundExpression Value, MirType Tested)
    : BoundExpression(Span, MirType.Bool);

/// <summary>An interface value as one of an interface that its own extends: over the same object.</summary>
internal sealed record BoundInterfaceBase(TextSpan Span, BoundExpression Value, InterfaceType Interface)
    : BoundExpression(Span, Interface);

/// <summary>Whether a value matches a pattern, whose names are known where it does.</summary>
/// <param name="Subject">Holds the value while it is tested.</param>
internal sealed record BoundTest(TextSpan Span, LocalSymbol Subject, BoundExpression Value, BoundPattern Pattern)
    : BoundExpression(Span, MirType.Bool);

/// <summary>A field of a struct or item of a tuple.</summary>
internal sealed record BoundField(TextSpan Span, BoundExpression Target, int Index, MirType Type)
    : BoundExpression(Span, Type)
{
    public override bool IsPlace => Target.IsPlace;

    /// <summary>
    /// The declaration, for a variable of an actor whose type is inferred from its uses; null otherwise.
    /// </summary>
    public Syntax.VariableDeclaration? State { get; init; }
}

/// <summary>
/// An element of an array, slice, or of the run behind a pointer. The index is an integer of any width.
/// </summary>
internal sealed record BoundIndex(TextSpan Span, BoundExpression Target, BoundExpression Index, MirType Type)
    : BoundExpression(Span, Type)
{
    public override bool IsPlace => Target.IsPlace || Target.Type.Kind is TypeKind.Slice or TypeKind.Pointer;
}

/// <summary>A field of a bit-struct: some bits of an integer.</summary>
/// <param name="Target">The bit-struct.</param>
/// <param name="Offset">Lowest bit of the field.</param>
/// <param name="Width">Number of bits.</param>
/// <param name="Value">Computes the number in the field.</param>
internal sealed record BoundBitField(
    TextSpan Span, BoundExpression Target, int Offset, int Width, BoundExpression Value)
    : BoundExpression(Span, Value.Type);

/// <summary>A byte of a string.</summary>
internal sealed record BoundStringByte(TextSpan Span, BoundExpression Text, BoundExpression Index)
    : BoundExpression(Span, MirType.U8);

/// <summary>What a reference, pointer or box denotes.</summary>
internal sealed record BoundDereference(TextSpan Span, BoundExpression Address)
    : BoundExpression(Span, Address.Type.Element!)
{
    public override bool IsPlace => true;
}

/// <summary>Payload item of an enum known to be of a variant.</summary>
internal sealed record BoundPayload(TextSpan Span, BoundExpression Target, int Variant, int Item, MirType Type)
    : BoundExpression(Span, Type)
{
    public override bool IsPlace => Target.IsPlace;
}

/// <summary>neg, not (bits or bool), abs: the operand has the type of the result.</summary>
internal sealed record BoundUnary(TextSpan Span, Op Op, BoundExpression Operand) : BoundExpression(Span, Operand.Type);

/// <summary>Arithmetic: both operands have the type of the result; the count of a shift is u8.</summary>
internal sealed record BoundBinary(TextSpan Span, Op Op, BoundExpression Left, BoundExpression Right)
    : BoundExpression(Span, Left.Type);

/// <summary>Comparison of two operands of one type.</summary>
internal sealed record BoundCompare(TextSpan Span, Op Op, BoundExpression Left, BoundExpression Right)
    : BoundExpression(Span, MirType.Bool);

/// <summary><c>&amp;&amp;</c> or <c>||</c>; the right operand is evaluated only when needed.</summary>
internal sealed record BoundLogical(TextSpan Span, bool IsAnd, BoundExpression Left, BoundExpression Right)
    : BoundExpression(Span, MirType.Bool);

/// <summary>Pointer plus a number of elements.</summary>
internal sealed record BoundPointerOffset(TextSpan Span, BoundExpression Pointer, BoundExpression Count)
    : BoundExpression(Span, Pointer.Type);

/// <summary>What a conversion does.</summary>
internal enum ConversionKind
{
    /// <summary>Between numeric types, by value.</summary>
    Numeric,
    /// <summary>Same bits: integer and address, enum and its tag, pointers among each other.</summary>
    Bits,
    /// <summary><c>str</c> to <c>*u8</c>.</summary>
    StringPointer,
    /// <summary>A reference to a place to the raw pointer to it.</summary>
    ReferencePointer,
    /// <summary>Tag of an enum with payload.</summary>
    Tag,
    /// <summary>An array place to a slice over it.</summary>
    SliceOf,
    /// <summary>A place to the address of its first element.</summary>
    ArrayPointer,
}

/// <summary>A conversion.</summary>
internal sealed record BoundConversion(TextSpan Span, ConversionKind Kind, BoundExpression Operand, MirType Type)
    : BoundExpression(Span, Type)
{
    /// <summary>Written by the user: the operand keeps its type whatever the context expects.</summary>
    public bool IsCast { get; init; }
}

/// <summary>A reference (<c>&amp;T</c>) or raw pointer (<c>*T</c>) to a place.</summary>
internal sealed record BoundAddressOf(TextSpan Span, BoundExpression Place, MirType Type) : BoundExpression(Span, Type);

/// <summary>Call of a known function. A receiver is the first argument.</summary>
internal sealed record BoundCall(TextSpan Span, FunctionSymbol Function, ImmutableArray<BoundExpression> Arguments)
    : BoundExpression(Span, Function.Result);

/// <summary>Call of a function value.</summary>
internal sealed record BoundIndirectCall(
    TextSpan Span, BoundExpression Callee, ImmutableArray<BoundExpression> Arguments, MirType Type)
    : BoundExpression(Span, Type);

/// <summary>Call of a service of the target.</summary>
internal sealed record BoundIntrinsic(
    TextSpan Span, Intrinsic Intrinsic, ImmutableArray<BoundExpression> Arguments, MirType Type)
    : BoundExpression(Span, Type);

/// <summary>An op of the table on values: <c>peek</c>, <c>in</c>, string operations, <c>min</c>, …</summary>
/// <param name="OpType">The instruction type T.</param>
internal sealed record BoundOperation(
    TextSpan Span, Op Op, MirType OpType, ImmutableArray<BoundExpression> Operands, MirType Type)
    : BoundExpression(Span, Type);

/// <summary>Number of elements of an array, slice or string, as an integer.</summary>
internal sealed record BoundLength(TextSpan Span, BoundExpression Target) : BoundExpression(Span, MirType.U16);

/// <summary>Part of a slice, array or string.</summary>
internal sealed record BoundSlice(
    TextSpan Span, BoundExpression Target, BoundExpression From, BoundExpression To, MirType Type)
    : BoundExpression(Span, Type);

/// <summary>Array, struct or tuple from its members in order; a null member is zero.</summary>
internal sealed record BoundAggregate(TextSpan Span, MirType Type, ImmutableArray<BoundExpression?> Items)
    : BoundExpression(Span, Type);

/// <summary>Array with every element the same value, evaluated once.</summary>
internal sealed record BoundRepeat(TextSpan Span, Mir.ArrayType Array, BoundExpression Value)
    : BoundExpression(Span, Array);

/// <summary>Value of an enum with payload.</summary>
internal sealed record BoundEnumValue(
    TextSpan Span, EnumType Enum, int Variant, ImmutableArray<BoundExpression> Payload) : BoundExpression(Span, Enum);

/// <summary>Assignment; its value is none.</summary>
internal sealed record BoundAssignment(TextSpan Span, BoundExpression Target, BoundExpression Value)
    : BoundExpression(Span, MirType.Void);

/// <summary>
/// <c>t op= e</c>, <c>t++</c>: the place is evaluated once, bound to <paramref name="Current"/> while
/// <paramref name="Result"/> is computed, and gets that.
/// </summary>
/// <param name="Current">Stands for the old value inside <paramref name="Result"/>.</param>
/// <param name="YieldsOld">True when the value of the expression is the old one (<c>x++</c>).</param>
internal sealed record BoundUpdate(
    TextSpan Span, BoundExpression Target, LocalSymbol Current, BoundExpression Result, bool YieldsOld)
    : BoundExpression(Span, Target.Type);

/// <summary>A scope: statements, then a value unless <paramref name="Tail"/> is null.</summary>
internal sealed record BoundBlock(
    TextSpan Span, ImmutableArray<BoundStatement> Statements, BoundExpression? Tail, MirType Type)
    : BoundExpression(Span, Type);

/// <summary><c>if</c> as statement (void) or value.</summary>
internal sealed record BoundIf(
    TextSpan Span, BoundExpression Condition, BoundExpression Then, BoundExpression? Else, MirType Type)
    : BoundExpression(Span, Type);

/// <summary>An arm: pattern, further condition, body.</summary>
internal sealed record BoundArm(BoundPattern Pattern, BoundExpression? Guard, BoundExpression Body);

/// <summary>The first arm that matches runs. Without one, nothing happens, or the value is zero.</summary>
/// <param name="Subject">Holds the value while the arms are tried.</param>
internal sealed record BoundMatch(
    TextSpan Span, LocalSymbol Subject, BoundExpression Value, ImmutableArray<BoundArm> Arms, MirType Type)
    : BoundExpression(Span, Type);

/// <summary><c>loop</c> as a value: <c>break e</c> stores to the result.</summary>
internal sealed record BoundLoopValue(TextSpan Span, BoundLoop Loop, LocalSymbol? Result, MirType Type)
    : BoundExpression(Span, Type);

/// <summary><c>return</c>.</summary>
internal sealed record BoundReturn(TextSpan Span, BoundExpression? Value) : BoundExpression(Span, Special.Never);

/// <summary><c>break</c> or <c>continue</c> of a loop; <paramref name="Value"/> goes to the loop's result.</summary>
internal sealed record BoundLeave(TextSpan Span, LoopSymbol Loop, bool IsContinue, BoundExpression? Value)
    : BoundExpression(Span, Special.Never);

/// <summary>Stops the program.</summary>
internal sealed record BoundTrap(TextSpan Span, TrapCode Code, BoundExpression? Message)
    : BoundExpression(Span, Special.Never);

/// <summary>
/// <c>@emit</c> (source) or <c>@static_print</c> (a message): what a computation at compile time says.
/// </summary>
internal sealed record BoundCompileTimeText(TextSpan Span, bool IsSource, BoundExpression Text)
    : BoundExpression(Span, MirType.Void);

/// <summary>What generated source means: the places inside are in that source.</summary>
internal sealed record BoundExpansion(TextSpan Span, SourceText Source, BoundExpression Inner)
    : BoundExpression(Span, Inner.Type);
