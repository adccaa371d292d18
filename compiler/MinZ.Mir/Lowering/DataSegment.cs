using System.Collections.Immutable;

namespace MinZ.Mir.Lowering;

/// <summary>What the bytes at an offset must be replaced with when addresses are known.</summary>
public enum RelocationKind : byte
{
    /// <summary>Address of a string's record (length, bytes, zero).</summary>
    String,
    /// <summary>Address of a string's first byte.</summary>
    StringBytes,
    /// <summary>Address of a global plus <see cref="Relocation.Addend"/>.</summary>
    Global,
    /// <summary>Address of a function's code.</summary>
    Function,
}

/// <summary>An address in the image of a global, <see cref="DataLayout.PointerBytes"/> bytes little-endian.</summary>
/// <param name="Offset">Where in the image, bytes.</param>
/// <param name="Kind">What it points to.</param>
/// <param name="Target">A <see cref="StringConstant"/>, <see cref="Global"/> or <see cref="Function"/>.</param>
/// <param name="Addend">Bytes to add.</param>
public readonly record struct Relocation(int Offset, RelocationKind Kind, object Target, int Addend);

/// <summary>The start value of a global as bytes.</summary>
/// <param name="Bytes">The image; addresses are zero.</param>
/// <param name="Relocations">Where addresses go, by offset.</param>
public sealed record DataImage(ImmutableArray<byte> Bytes, ImmutableArray<Relocation> Relocations)
{
    /// <summary>True when all bytes are zero and stay so: it needs no room in a file.</summary>
    public bool IsZero => Relocations.IsEmpty && Bytes.AsSpan().IndexOfAnyExcept((byte)0) < 0;
}

/// <summary>Writes start values of globals by a layout.</summary>
public static class DataSegment
{
    private static readonly StringConstant Empty = StringConstant.Of("");

    /// <summary>The image of a global.</summary>
    /// <exception cref="ArgumentException">The initialiser does not fit the type; a verified module has none
    /// such.</exception>
    public static DataImage Write(Global global, DataLayout layout)
    {
        var bytes = new byte[layout.SizeOf(global.Type)];
        var relocations = new List<Relocation>();
        new Writer(layout, bytes, relocations).Write(global.Type, global.Initial, 0);
        relocations.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        return new DataImage([.. bytes], [.. relocations]);
    }

    /// <summary>The record of a string literal: length, bytes, zero.</summary>
    public static ImmutableArray<byte> Write(StringConstant text, DataLayout layout)
    {
        var bytes = new byte[layout.StringLengthBytes + text.Bytes.Length + 1];
        for (var i = 0; i < layout.StringLengthBytes; i++)
            bytes[i] = (byte)(text.Bytes.Length >> 8 * i);
        text.Bytes.CopyTo(bytes, layout.StringLengthBytes);
        return [.. bytes];
    }

    private readonly struct Writer(DataLayout layout, byte[] bytes, List<Relocation> relocations)
    {
        public void Write(MirType type, ConstantValue value, int at)
        {
            switch (value)
            {
                case ConstantValue.Zero:
                    WriteZero(type, at);
                    break;
                case ConstantValue.Number n:
                    WriteNumber(n.Bits, at, layout.SizeOf(type));
                    break;
                case ConstantValue.Text t:
                    relocations.Add(new Relocation(at, RelocationKind.String, t.Value, 0));
                    break;
                case ConstantValue.TextPointer t:
                    relocations.Add(new Relocation(at, RelocationKind.StringBytes, t.Value, 0));
                    break;
                case ConstantValue.Bytes b:
                    b.Value.CopyTo(bytes, at);
                    break;
                case ConstantValue.Aggregate a:
                    WriteItems(type, a, at);
                    break;
                case ConstantValue.Enum e:
                    WriteEnum((EnumType)type, e, at);
                    break;
                case ConstantValue.FunctionValue f:
                    relocations.Add(new Relocation(at, RelocationKind.Function, f.Function, 0));
                    break;
                case ConstantValue.Address g:
                    relocations.Add(new Relocation(at, RelocationKind.Global, g.Global, g.Offset));
                    break;
                case ConstantValue.SliceOf s:
                    relocations.Add(new Relocation(at, RelocationKind.Global, s.Global, 0));
                    WriteNumber(((ArrayType)s.Global.Type).Length, at + layout.PointerBytes, layout.PointerBytes);
                    break;
            }
        }

        private void WriteNumber(long bits, int at, int size)
        {
            for (var i = 0; i < size; i++)
                bytes[at + i] = (byte)(bits >> 8 * i);
        }

        private void WriteItems(MirType type, ConstantValue.Aggregate value, int at)
        {
            for (var i = 0; i < value.Items.Length; i++)
            {
                if (type is ArrayType a)
                    Write(a.Element, value.Items[i], at + i * layout.SizeOf(a.Element));
                else
                    Write(Place.FieldType(type, i), value.Items[i], at + layout.OffsetOf(type, i));
            }
            if (type is ArrayType array)
                for (var i = value.Items.Length; i < array.Length; i++)
                    WriteZero(array.Element, at + i * layout.SizeOf(array.Element));
        }

        private void WriteEnum(EnumType type, ConstantValue.Enum value, int at)
        {
            var variant = type.Variants[value.Variant];
            WriteNumber(variant.Value, at, layout.SizeOf(type.Tag));
            for (var i = 0; i < value.Payload.Length; i++)
                Write(variant.Payload[i], value.Payload[i], at + layout.OffsetOfPayload(type, value.Variant, i));
        }

        private void WriteZero(MirType type, int at)
        {
            switch (type)
            {
                case ArrayType a:
                    if (!FlatMemory.HoldsStrings(a.Element))
                        return;
                    for (var i = 0; i < a.Length; i++)
                        WriteZero(a.Element, at + i * layout.SizeOf(a.Element));
                    return;
                case StructType s:
                    for (var i = 0; i < s.Fields.Length; i++)
                        WriteZero(s.Fields[i].Type, at + layout.OffsetOf(s, i));
                    return;
                case TupleType t:
                    for (var i = 0; i < t.Items.Length; i++)
                        WriteZero(t.Items[i], at + layout.OffsetOf(t, i));
                    return;
                case EnumType { HasPayload: true } e:
                    var zero = e.Variants.ToList().FindIndex(v => v.Value == 0);
                    for (var i = 0; zero >= 0 && i < e.Variants[zero].Payload.Length; i++)
                        WriteZero(e.Variants[zero].Payload[i], at + layout.OffsetOfPayload(e, zero, i));
                    return;
                default:
                    if (type.Kind == TypeKind.Str)
                        relocations.Add(new Relocation(at, RelocationKind.String, Empty, 0));
                    return;
            }
        }
    }
}
