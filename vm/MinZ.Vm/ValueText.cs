using System.Text;
using MinZ.Mir;

namespace MinZ.Vm;

/// <summary>Reads memory of a machine; false when the range is not all accessible.</summary>
public delegate bool MemoryReader(uint address, Span<byte> to);

/// <summary>
/// Values in a machine's memory as a person writes them in MinZ: <c>[1, 2]</c>, <c>Point { x: 1, y: 2 }</c>,
/// <c>Color.Red</c>, <c>"text"</c>. Whatever lies in memory, there is a text for it: what cannot be read is <c>?</c>.
/// </summary>
/// <param name="layout">How values lie in memory.</param>
/// <param name="read">Reads the memory.</param>
public sealed class ValueText(DataLayout layout, MemoryReader read)
{
    // What a person can take in; longer ones end in their length.
    private const int MaxItems = 32;
    private const int MaxTextBytes = 256;

    // References may form circles.
    private const int MaxDepth = 4;

    /// <summary>One line for each variable that the program can change: name, type and value. What the compiler made
    /// for itself is left out.</summary>
    /// <param name="globals">Variables with their addresses.</param>
    public IEnumerable<string> Lines(IEnumerable<(Global Global, uint Address)> globals) =>
        from g in globals
        where !g.Global.IsConst && !g.Global.Name.Contains('$')
        orderby g.Global.Name, g.Address
        select $"{g.Global.Name}: {g.Global.Type} = {Of(g.Global.Type, g.Address)}";

    /// <summary>The value of a type at an address.</summary>
    public string Of(MirType type, uint address)
    {
        var text = new StringBuilder();
        Write(text, type, address, 0);
        return text.ToString();
    }

    private void Write(StringBuilder text, MirType type, uint at, int depth)
    {
        switch (type.Kind)
        {
            case TypeKind.Void:
                text.Append("void");
                break;
            case >= TypeKind.Bool and <= TypeKind.Fixed:
                text.Append(Number(at, layout.SizeOf(type)) is { } bits
                    ? NumberText.Of(type, Canonical(type, bits))
                    : "?");
                break;
            case TypeKind.Str:
                WriteString(text, at);
                break;
            case TypeKind.Struct:
                var fields = ((StructType)type).Fields;
                text.Append(((StructType)type).Name);
                WriteItems(text, fields.Length, " { ", " }", n =>
                {
                    text.Append(fields[n].Name).Append(": ");
                    Write(text, fields[n].Type, at + (uint)layout.OffsetOf(type, n), depth);
                });
                break;
            case TypeKind.Tuple:
                var items = ((TupleType)type).Items;
                WriteItems(text, items.Length, "(", ")",
                    n => Write(text, items[n], at + (uint)layout.OffsetOf(type, n), depth));
                break;
            case TypeKind.Enum:
                WriteEnum(text, (EnumType)type, at, depth);
                break;
            case TypeKind.Array:
                WriteElements(text, type.Element!, at, (ulong)((ArrayType)type).Length, depth);
                break;
            case TypeKind.Slice:
                if (Pointer(at) is { } start && Pointer(at + (uint)layout.PointerBytes) is { } length
                    && depth < MaxDepth)
                    WriteElements(text, type.Element!, start, length, depth + 1);
                else
                    text.Append('?');
                break;
            case TypeKind.Reference or TypeKind.Box:
                WriteReference(text, type.Element!, at, depth);
                break;
            case TypeKind.Pointer or TypeKind.Function or TypeKind.Interface or TypeKind.Actor or TypeKind.Channel:
                text.Append(Pointer(at) switch { null => "?", 0 => "null", { } p => $"0x{p:X4}" });
                break;
            case TypeKind.TypeParameter or TypeKind.Instance:
                text.Append('?');
                break;
        }
    }

    private void WriteReference(StringBuilder text, MirType element, uint at, int depth)
    {
        var target = Pointer(at);
        if (target is not (null or 0) && depth < MaxDepth)
            Write(text.Append('&'), element, target.Value, depth + 1);
        else
            text.Append(target switch { null => "?", 0 => "null", { } p => $"0x{p:X4}" });
    }

    private void WriteEnum(StringBuilder text, EnumType type, uint at, int depth)
    {
        var tag = Number(at, layout.SizeOf(type.Tag));
        var index = tag is null ? -1 : IndexOf(type, Canonical(type.Tag, tag.Value));
        if (index < 0)
        {
            text.Append(tag is null ? "?" : $"{type.Name}({NumberText.Of(type.Tag, Canonical(type.Tag, tag.Value))})");
            return;
        }
        var variant = type.Variants[index];
        text.Append(type.Name).Append('.').Append(variant.Name);
        if (variant.Payload.Length > 0)
            WriteItems(text, variant.Payload.Length, "(", ")",
                n => Write(text, variant.Payload[n], at + (uint)layout.OffsetOfPayload(type, index, n), depth));
    }

    private static int IndexOf(EnumType type, long tag)
    {
        for (var n = 0; n < type.Variants.Length; n++)
            if (type.Variants[n].Value == tag)
                return n;
        return -1;
    }

    private void WriteElements(StringBuilder text, MirType element, uint at, ulong length, int depth)
    {
        var size = (uint)layout.SizeOf(element);
        WriteItems(text, (int)Math.Min(length, MaxItems), "[", length > MaxItems ? $", … {length} in all]" : "]",
            n => Write(text, element, at + size * (uint)n, depth));
    }

    private static void WriteItems(StringBuilder text, int count, string begin, string end, Action<int> write)
    {
        text.Append(begin);
        for (var n = 0; n < count; n++)
        {
            if (n > 0)
                text.Append(", ");
            write(n);
        }
        text.Append(end);
    }

    private void WriteString(StringBuilder text, uint at)
    {
        var bytes = Pointer(at) is { } record && Number(record, layout.StringLengthBytes) is { } length
            ? new byte[Math.Min(length, MaxTextBytes)] : null;
        if (bytes is null || !read(Pointer(at)!.Value + (uint)layout.StringLengthBytes, bytes))
        {
            text.Append('?');
            return;
        }
        text.Append('"');
        foreach (var rune in Encoding.UTF8.GetString(bytes).EnumerateRunes())
            text.Append(rune.Value switch
            {
                '"' => "\\\"", '\\' => @"\\", '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", 0 => "\\0",
                < ' ' or 0x7F => $"\\x{rune.Value:X2}", _ => rune.ToString(),
            });
        text.Append(bytes.Length == MaxTextBytes ? "…\"" : "\"");
    }

    private uint? Pointer(uint at) => (uint?)Number(at, layout.PointerBytes);

    private ulong? Number(uint at, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        return read(at, bytes[..size]) ? System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes) : null;
    }

    private static long Canonical(MirType type, ulong bits) => type.Kind == TypeKind.Bool ? (bits != 0 ? 1 : 0)
        : type.IsFloat ? (long)bits : Constants.Wrap(type, (long)bits);
}
