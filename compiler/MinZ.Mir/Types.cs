using System.Collections.Immutable;

namespace MinZ.Mir;

/// <summary>What a <see cref="MirType"/> is; every switch over types is a switch over this.</summary>
public enum TypeKind : byte
{
    /// <summary>No value: the result of a function that returns nothing.</summary>
    Void,
    Bool, U8, I8, U16, I16, U24, I24, U32, I32, U64, I64, F32, F64,
    /// <summary>Fixed point: an integer scaled by a power of two.</summary>
    Fixed,
    /// <summary>Immutable UTF-8 string handle.</summary>
    Str,
    Struct, Enum, Tuple,
    /// <summary>Array of constant length, a value.</summary>
    Array,
    /// <summary>Handle to a run of elements: start and length.</summary>
    Slice,
    /// <summary>Checked reference to a place (<c>&amp;T</c>, <c>&amp;mut T</c>).</summary>
    Reference,
    /// <summary>Raw address (<c>*T</c>): hardware and memory-mapped work.</summary>
    Pointer,
    /// <summary>Handle to a garbage-collected cell holding one T.</summary>
    Box,
    /// <summary>Function value: code and captured environment.</summary>
    Function,
    Interface, Actor, Channel,
    /// <summary>Parameter of a generic function or type.</summary>
    TypeParameter,
    /// <summary>A generic type definition applied to arguments.</summary>
    Instance,
}

/// <summary>
/// A MIR type. Structural types compare by structure, nominal ones (struct, enum, interface, actor, type parameter) by
/// identity. Immutable, but for the members of nominal types, which are set once so that they may be recursive.
/// </summary>
public abstract class MirType
{
    private protected MirType(TypeKind kind) => Kind = kind;

    /// <summary>Which of the kinds of type this is.</summary>
    public TypeKind Kind { get; }

#pragma warning disable CS1591 // each is the type of the same keyword
    public static readonly ScalarType Void = new(TypeKind.Void, "void", 0, false);
    public static readonly ScalarType Bool = new(TypeKind.Bool, "bool", 1, false);
    public static readonly ScalarType U8 = new(TypeKind.U8, "u8", 8, false);
    public static readonly ScalarType I8 = new(TypeKind.I8, "i8", 8, true);
    public static readonly ScalarType U16 = new(TypeKind.U16, "u16", 16, false);
    public static readonly ScalarType I16 = new(TypeKind.I16, "i16", 16, true);
    public static readonly ScalarType U24 = new(TypeKind.U24, "u24", 24, false);
    public static readonly ScalarType I24 = new(TypeKind.I24, "i24", 24, true);
    public static readonly ScalarType U32 = new(TypeKind.U32, "u32", 32, false);
    public static readonly ScalarType I32 = new(TypeKind.I32, "i32", 32, true);
    public static readonly ScalarType U64 = new(TypeKind.U64, "u64", 64, false);
    public static readonly ScalarType I64 = new(TypeKind.I64, "i64", 64, true);
    public static readonly ScalarType F32 = new(TypeKind.F32, "f32", 32, true);
    public static readonly ScalarType F64 = new(TypeKind.F64, "f64", 64, true);
    public static readonly ScalarType Str = new(TypeKind.Str, "str", 0, false);
#pragma warning restore CS1591

    /// <summary>The types with a keyword of their own, in text order of width.</summary>
    public static ImmutableArray<ScalarType> Keywords { get; } =
        [Void, Bool, U8, I8, U16, I16, U24, I24, U32, I32, U64, I64, F32, F64, Str];

    /// <summary>True for u8 … i64 (not bool, not fixed point).</summary>
    public bool IsInteger => Kind is >= TypeKind.U8 and <= TypeKind.I64;

    /// <summary>True for f32 and f64.</summary>
    public bool IsFloat => Kind is TypeKind.F32 or TypeKind.F64;

    /// <summary>
    /// True for integers, bool, floats and fixed point: what fits one machine value and has arithmetic or order.
    /// </summary>
    public bool IsNumeric => Kind is >= TypeKind.Bool and <= TypeKind.Fixed;

    /// <summary>True for signed integers, signed fixed point and floats.</summary>
    public bool IsSigned => this is ScalarType { Signed: true } or FixedType { Signed: true };

    /// <summary>Width in bits of a numeric type (bool is 1); 0 for every other type.</summary>
    public int Bits => this switch
    {
        ScalarType s => s.Width,
        FixedType f => f.IntegerBits + f.FractionBits,
        _ => 0,
    };

    /// <summary>
    /// True for struct, tuple, array and payload-carrying enum: values that live in memory on flat targets.
    /// </summary>
    public bool IsAggregate => Kind switch
    {
        TypeKind.Struct or TypeKind.Tuple or TypeKind.Array => true,
        TypeKind.Enum => ((EnumType)this).HasPayload,
        TypeKind.Instance => true,
        _ => false,
    };

    /// <summary>True for references, raw pointers and boxes: values that denote one place.</summary>
    public bool IsAddress => Kind is TypeKind.Reference or TypeKind.Pointer or TypeKind.Box;

    /// <summary>True when a place may start from a value of the type: an address, a slice, an actor's state.</summary>
    public bool DenotesPlace => IsAddress || Kind is TypeKind.Slice or TypeKind.Actor;

    /// <summary>
    /// The type behind a reference, pointer, box, slice, array or channel; null for every other type.
    /// </summary>
    public virtual MirType? Element => null;

    /// <summary>Unsigned integer type of a width of 8, 16, 24, 32 or 64 bits.</summary>
    public static ScalarType Unsigned(int bits) => bits switch
    {
        <= 8 => U8, <= 16 => U16, <= 24 => U24, <= 32 => U32, _ => U64,
    };

    /// <summary>Signed integer type of a width of 8, 16, 24, 32 or 64 bits.</summary>
    public static ScalarType SignedOf(int bits) => bits switch
    {
        <= 8 => I8, <= 16 => I16, <= 24 => I24, <= 32 => I32, _ => I64,
    };

    /// <summary>True when both are the same type, or both are null.</summary>
    public static bool operator ==(MirType? a, MirType? b) => a is null ? b is null : a.Equals(b);
    /// <summary>False when both are the same type, or both are null.</summary>
    public static bool operator !=(MirType? a, MirType? b) => !(a == b);
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary>A type with a keyword: void, bool, the integers, the floats, str.</summary>
public sealed class ScalarType : MirType
{
    internal ScalarType(TypeKind kind, string name, int width, bool signed) : base(kind) =>
        (Name, Width, Signed) = (name, width, signed);

    /// <summary>The keyword in <c>.mir</c> text.</summary>
    public string Name { get; }
    /// <summary>Width in bits; 1 for bool, 0 for void and str.</summary>
    public int Width { get; }
    /// <summary>True where the top bit is a sign.</summary>
    public bool Signed { get; }
    public override string ToString() => Name;
    public override int GetHashCode() => (int)Kind;
}

/// <summary>Fixed point <c>fI.F</c>: stored as an integer of I+F bits, worth its value divided by 2^F.</summary>
public sealed class FixedType(int integerBits, int fractionBits, bool signed) : MirType(TypeKind.Fixed)
{
    /// <summary>Bits before the point: 0, 8 or 16.</summary>
    public int IntegerBits { get; } = integerBits;
    /// <summary>Bits after the point: 8 or 16.</summary>
    public int FractionBits { get; } = fractionBits;
    /// <summary>True where the top bit is a sign.</summary>
    public bool Signed { get; } = signed;
    public override string ToString() =>
        (Signed ? "f" : "uf") + (IntegerBits == 0 ? "" : IntegerBits.ToString()) + "." + FractionBits;
    public override bool Equals(object? obj) => obj is FixedType f &&
        f.IntegerBits == IntegerBits && f.FractionBits == FractionBits && f.Signed == Signed;
    public override int GetHashCode() => HashCode.Combine(IntegerBits, FractionBits, Signed);
}

/// <summary>Fixed array <c>[T; n]</c>, a value.</summary>
public sealed class ArrayType(MirType element, int length) : MirType(TypeKind.Array)
{
    public override MirType Element { get; } = element;
    /// <summary>Number of elements, ≥ 0.</summary>
    public int Length { get; } = length;
    public override string ToString() => $"[{Element}; {Length}]";
    public override bool Equals(object? obj) => obj is ArrayType a && a.Length == Length && a.Element == Element;
    public override int GetHashCode() => HashCode.Combine(TypeKind.Array, Element, Length);
}

/// <summary>Slice <c>[]T</c>: a handle to consecutive elements.</summary>
public sealed class SliceType(MirType element) : MirType(TypeKind.Slice)
{
    public override MirType Element { get; } = element;
    public override string ToString() => $"[]{Element}";
    public override bool Equals(object? obj) => obj is SliceType s && s.Element == Element;
    public override int GetHashCode() => HashCode.Combine(TypeKind.Slice, Element);
}

/// <summary>Reference to a place: <c>&amp;T</c> or <c>&amp;mut T</c>.</summary>
public sealed class ReferenceType(MirType element, bool mutable) : MirType(TypeKind.Reference)
{
    public override MirType Element { get; } = element;
    /// <summary>True when the place may be written through this reference.</summary>
    public bool Mutable { get; } = mutable;
    public override string ToString() => (Mutable ? "&mut " : "&") + Element;
    public override bool Equals(object? obj) =>
        obj is ReferenceType r && r.Mutable == Mutable && r.Element == Element;
    public override int GetHashCode() => HashCode.Combine(TypeKind.Reference, Element, Mutable);
}

/// <summary>Raw pointer <c>*T</c>: an address with arithmetic and no checks.</summary>
public sealed class PointerType(MirType element) : MirType(TypeKind.Pointer)
{
    public override MirType Element { get; } = element;
    public override string ToString() => "*" + Element;
    public override bool Equals(object? obj) => obj is PointerType p && p.Element == Element;
    public override int GetHashCode() => HashCode.Combine(TypeKind.Pointer, Element);
}

/// <summary>Box: a handle to a heap cell that holds one value of the element type.</summary>
public sealed class BoxType(MirType element) : MirType(TypeKind.Box)
{
    public override MirType Element { get; } = element;
    public override string ToString() => $"box<{Element}>";
    public override bool Equals(object? obj) => obj is BoxType b && b.Element == Element;
    public override int GetHashCode() => HashCode.Combine(TypeKind.Box, Element);
}

/// <summary>Channel handle <c>chan&lt;T&gt;</c>.</summary>
public sealed class ChannelType(MirType element) : MirType(TypeKind.Channel)
{
    public override MirType Element { get; } = element;
    public override string ToString() => $"chan<{Element}>";
    public override bool Equals(object? obj) => obj is ChannelType c && c.Element == Element;
    public override int GetHashCode() => HashCode.Combine(TypeKind.Channel, Element);
}

/// <summary>Tuple <c>(A, B)</c>: a struct without names.</summary>
public sealed class TupleType(ImmutableArray<MirType> items) : MirType(TypeKind.Tuple)
{
    /// <summary>Types of its items, in order.</summary>
    public ImmutableArray<MirType> Items { get; } = items;
    public override string ToString() => $"({string.Join(", ", Items)})";
    public override bool Equals(object? obj) => obj is TupleType t && t.Items.SequenceEqual(Items);
    public override int GetHashCode() => Items.Aggregate((int)TypeKind.Tuple, (h, t) => HashCode.Combine(h, t));
}

/// <summary>Function value type <c>fn(A, B) -&gt; R</c>.</summary>
public sealed class FunctionType(ImmutableArray<MirType> parameters, MirType result) : MirType(TypeKind.Function)
{
    /// <summary>Types of what a call hands over, in order.</summary>
    public ImmutableArray<MirType> Parameters { get; } = parameters;
    /// <summary>Type of what a call yields; <see cref="MirType.Void"/> for nothing.</summary>
    public MirType Result { get; } = result;
    public override string ToString() =>
        $"fn({string.Join(", ", Parameters)})" + (Result.Kind == TypeKind.Void ? "" : $" -> {Result}");
    public override bool Equals(object? obj) =>
        obj is FunctionType f && f.Result == Result && f.Parameters.SequenceEqual(Parameters);
    public override int GetHashCode() => Parameters.Aggregate(Result.GetHashCode(), (h, t) => HashCode.Combine(h, t));
}

/// <summary>Parameter of a generic function or type, with the interfaces it must implement.</summary>
public sealed class TypeParameter(string name, ImmutableArray<MirType> bounds) : MirType(TypeKind.TypeParameter)
{
    /// <summary>Unique in the generic function or type.</summary>
    public string Name { get; } = name;
    /// <summary>Interfaces that an argument must implement; set once, so that they may name the parameter.</summary>
    public ImmutableArray<MirType> Bounds { get; set; } = bounds;
    public override string ToString() => Name;
}

/// <summary>A type declared by name in a module: struct, enum, interface or actor. Compared by identity.</summary>
public abstract class TypeDefinition : MirType
{
    private protected TypeDefinition(TypeKind kind, string name) : base(kind) => Name = name;

    /// <summary>Unique name in the module.</summary>
    public string Name { get; }
    /// <summary>Parameters of a generic definition; empty otherwise.</summary>
    public ImmutableArray<TypeParameter> TypeParameters { get; set; } = [];
    /// <summary>Where it was declared.</summary>
    public SourceLocation Location { get; set; }
    /// <summary>True when visible to hosts and other modules.</summary>
    public bool Exported { get; set; }
    /// <summary>
    /// The type as its source writes it, for messages; null when that is its name. No part of a module.
    /// </summary>
    public string? DisplayName { get; set; }
    public override string ToString() => Name;
}

/// <summary>
/// A generic definition applied to arguments, e.g. <c>Pair&lt;u8, u16&gt;</c>; gone after monomorphisation.
/// </summary>
public sealed class InstanceType(TypeDefinition definition, ImmutableArray<MirType> arguments)
    : MirType(TypeKind.Instance)
{
    /// <summary>The generic definition.</summary>
    public TypeDefinition Definition { get; } = definition;
    /// <summary>A type for each parameter of the definition, in order.</summary>
    public ImmutableArray<MirType> Arguments { get; } = arguments;
    public override string ToString() => $"{Definition}<{string.Join(", ", Arguments)}>";
    public override bool Equals(object? obj) =>
        obj is InstanceType i && i.Definition == Definition && i.Arguments.SequenceEqual(Arguments);
    public override int GetHashCode() =>
        Arguments.Aggregate(Definition.GetHashCode(), (h, t) => HashCode.Combine(h, t));
}

/// <summary>A named field of a struct, actor or variant payload.</summary>
/// <param name="Name">Unique among its siblings.</param>
/// <param name="Type">The field's type.</param>
public readonly record struct Field(string Name, MirType Type);

/// <summary>Struct: named fields in declaration order, a value.</summary>
public sealed class StructType(string name) : TypeDefinition(TypeKind.Struct, name)
{
    /// <summary>Fields in declaration order; set once.</summary>
    public ImmutableArray<Field> Fields { get; set; } = [];

    /// <summary>Index of a field, or -1.</summary>
    public int IndexOf(string field)
    {
        for (var i = 0; i < Fields.Length; i++)
            if (Fields[i].Name == field)
                return i;
        return -1;
    }
}

/// <summary>One variant of an enum.</summary>
/// <param name="Name">Unique in the enum.</param>
/// <param name="Value">The tag, which <c>as</c> casts yield.</param>
/// <param name="Payload">Types of the payload; empty for a plain variant.</param>
public sealed record Variant(string Name, long Value, ImmutableArray<MirType> Payload);

/// <summary>Enum: a tag and, for some variants, a payload. Without any payload it is its tag.</summary>
public sealed class EnumType(string name) : TypeDefinition(TypeKind.Enum, name)
{
    /// <summary>Variants in declaration order; set once.</summary>
    public ImmutableArray<Variant> Variants { get; set; } = [];
    /// <summary>Integer type of the tag: the smallest that holds all values, u8 at least.</summary>
    public ScalarType Tag { get; set; } = MirType.U8;
    /// <summary>True when a variant carries a payload.</summary>
    public bool HasPayload => Variants.Any(v => v.Payload.Length > 0);
}

/// <summary>A method an interface asks for; the receiver is not among the parameters.</summary>
public sealed record InterfaceMethod(string Name, ImmutableArray<MirType> Parameters, MirType Result);

/// <summary>Interface: a set of methods; a value of it is a reference with its method table.</summary>
public sealed class InterfaceType(string name) : TypeDefinition(TypeKind.Interface, name)
{
    /// <summary>Methods in declaration order; set once.</summary>
    public ImmutableArray<InterfaceMethod> Methods { get; set; } = [];
}

/// <summary>A message an actor understands and the function that handles it.</summary>
public sealed record ActorMessage(string Name, ImmutableArray<MirType> Parameters, MirType Result, Function Handler);

/// <summary>Actor: private state and message handlers; a value of it is a handle to a running actor.</summary>
public sealed class ActorType(string name) : TypeDefinition(TypeKind.Actor, name)
{
    /// <summary>State; set once.</summary>
    public ImmutableArray<Field> Fields { get; set; } = [];
    /// <summary>Messages in declaration order; set once.</summary>
    public ImmutableArray<ActorMessage> Messages { get; set; } = [];
}
