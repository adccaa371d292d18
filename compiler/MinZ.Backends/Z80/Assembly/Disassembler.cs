using System.Collections.Immutable;

namespace MinZ.Backends.Z80.Assembly;

/// <summary>Reads bytes back as instructions; the exact inverse of <see cref="InstructionEncoder"/>.</summary>
public static class Disassembler
{
    private const int PageSize = 256;

    // One page for each combination of index prefix (none, DD, FD) and page (none, CB, ED).
    private static readonly InstructionForm?[] ByOpcode = BuildOpcodes();

    /// <summary>
    /// Reads one instruction. Bytes that are none (a prefix without effect, a hole of page ED, a cut-off
    /// instruction) come back as <see cref="DataBytes"/>; <paramref name="size"/> is at least 1.
    /// </summary>
    /// <param name="code">At least one byte.</param>
    /// <param name="address">The address of the first byte, for relative jumps.</param>
    /// <param name="size">How many bytes were read.</param>
    public static Item Read(ReadOnlySpan<byte> code, int address, out int size)
    {
        var form = FindForm(code, out size);
        if (form is null || form.Size > code.Length)
        {
            size = Math.Min(size, code.Length);
            return new DataBytes([.. code[..size]]);
        }
        size = form.Size;
        var start = (form.IndexPrefix != 0 ? 1 : 0) + (form.Page != 0 ? 1 : 0);
        var isIndexedBits = form is { Page: 0xCB, HasDisplacement: true };
        var opcode = code[isIndexedBits ? start + 1 : start];
        var displacement = (sbyte)(form.HasDisplacement ? code[isIndexedBits ? start : start + 1] : 0);
        var number = ReadNumber(form.Number, opcode, code[..size], address + size);
        return new Instruction(
            form.Mnemonic,
            ToOperand(form, 0, form.First, number, displacement),
            ToOperand(form, 1, form.Second, number, displacement),
            new Operand(form.Third));
    }

    /// <summary>Reads a whole range, items in order with their addresses and sizes.</summary>
    public static ImmutableArray<PlacedItem> ReadAll(ReadOnlySpan<byte> code, int origin)
    {
        var items = ImmutableArray.CreateBuilder<PlacedItem>();
        var at = 0;
        while (at < code.Length)
        {
            var item = Read(code[at..], origin + at, out var size);
            items.Add(new PlacedItem(item, origin + at, size));
            at += size;
        }
        return items.ToImmutable();
    }

    private static InstructionForm? FindForm(ReadOnlySpan<byte> code, out int size)
    {
        size = 1;
        var prefix = code[0] is 0xDD or 0xFD ? code[0] : (byte)0;
        var at = prefix == 0 ? 0 : 1;
        if (at >= code.Length)
            return null;
        var page = code[at] is 0xCB or 0xED ? code[at] : (byte)0;
        if (page == 0)
            return ByOpcode[Index(prefix, page, code[at])];
        // DD and FD do nothing before ED.
        if (page == 0xED && prefix != 0)
            return null;
        size = 2;
        var opcodeAt = prefix != 0 ? 3 : 1;
        if (opcodeAt >= code.Length)
            return null;
        return ByOpcode[Index(prefix, page, code[opcodeAt])];
    }

    private static int ReadNumber(NumberField field, byte opcode, ReadOnlySpan<byte> code, int next) => field switch
    {
        NumberField.None or NumberField.Zero => 0,
        NumberField.Byte => code[^1],
        NumberField.Word => code[^2] | (code[^1] << 8),
        NumberField.Relative => (next + (sbyte)code[^1]) & 0xFFFF,
        NumberField.Bit => (opcode >> 3) & 7,
        NumberField.Restart => opcode & 0x38,
        NumberField.Mode => Math.Max(((opcode >> 3) & 3) - 1, 0),
    };

    private static Operand ToOperand(InstructionForm form, int index, OperandKind kind, int number, int displacement) =>
        index == form.NumberOperand ? new Operand(kind, number)
        : index == form.DisplacementOperand ? new Operand(kind, displacement)
        : new Operand(kind);

    private static InstructionForm?[] BuildOpcodes()
    {
        var pages = new InstructionForm?[9 * PageSize];
        foreach (var form in InstructionTable.Forms)
        {
            var step = form.Number switch
            {
                NumberField.Bit or NumberField.Restart => 8,
                NumberField.Mode => 4,
                _ => 1,
            };
            for (var i = 0; i < step; i++)
                pages[Index(form.IndexPrefix, form.Page, (byte)(form.Opcode | (step == 1 ? 0 : i << 3)))] = form;
        }
        return pages;
    }

    private static int Index(byte prefix, byte page, byte opcode)
    {
        var prefixIndex = prefix switch { 0xDD => 1, 0xFD => 2, _ => 0 };
        var pageIndex = page switch { 0xCB => 1, 0xED => 2, _ => 0 };
        return ((prefixIndex * 3) + pageIndex) * PageSize + opcode;
    }
}
