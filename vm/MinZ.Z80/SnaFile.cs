using System.Buffers.Binary;

namespace MinZ.Z80;

/// <summary>
/// A 48K snapshot in the .sna format of the Mirage Microdriver: 27 bytes of registers, then RAM. PC lies on the stack.
/// </summary>
public sealed class SnaFile
{
    /// <summary>Bytes of the file.</summary>
    public const int Size = HeaderSize + RamSize;

    private const int HeaderSize = 27;
    private const int RamSize = 0xC000;
    private const byte Iff2Bit = 0x04;

    private readonly byte[] _data;

    private SnaFile(byte[] data) => _data = data;

    /// <summary>Reads a snapshot.</summary>
    /// <exception cref="ProgramFileException">Not a 48K snapshot.</exception>
    public static SnaFile Parse(ReadOnlySpan<byte> data)
    {
        if (data.Length != Size)
        {
            string hint = data.Length is 131103 or 147487 ? "; this is a 128K snapshot" : "";
            throw new ProgramFileException($"a 48K .sna has {Size} bytes, not {data.Length}{hint}");
        }
        var file = new SnaFile(data.ToArray());
        if (file._data[25] > 2)
        {
            throw new ProgramFileException($".sna: interrupt mode {file._data[25]} at offset 25; 0 to 2 exist");
        }
        if (file._data[26] > 7)
        {
            throw new ProgramFileException($".sna: border colour {file._data[26]} at offset 26; 0 to 7 exist");
        }
        if (file.Word(23) is < SpectrumBus.RamStart or 0xFFFF)
        {
            throw new ProgramFileException($".sna: SP is 0x{file.Word(23):X4}, but PC must be on a stack in RAM");
        }
        return file;
    }

    /// <summary>
    /// Takes a snapshot of a machine; PC is pushed, so the two bytes below its stack are overwritten in it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The stack has no room in RAM.</exception>
    public static SnaFile Take(Spectrum machine)
    {
        Registers r = machine.Cpu.Regs;
        int sp = r.SP - 2;
        if (sp < SpectrumBus.RamStart)
        {
            throw new InvalidOperationException($"a .sna keeps PC on the stack, but SP is 0x{r.SP:X4}");
        }
        var data = new byte[Size];
        data[0] = r.I;
        ReadOnlySpan<ushort> words =
        [
            r.ShadowHL, r.ShadowDE, r.ShadowBC, r.ShadowAF, r.HL, r.DE, r.BC, r.IY, r.IX,
        ];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(1 + i * 2), words[i]);
        }
        data[19] = machine.Cpu.Iff1 ? Iff2Bit : (byte)0;
        data[20] = r.R;
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(21), r.AF);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(23), (ushort)sp);
        data[25] = machine.Cpu.InterruptMode;
        data[26] = machine.Ula.Border;
        machine.Memory[SpectrumBus.RamStart..].CopyTo(data.AsSpan(HeaderSize));
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(HeaderSize + sp - SpectrumBus.RamStart), r.PC);
        return new SnaFile(data);
    }

    /// <summary>The bytes of the file.</summary>
    public byte[] ToArray() => [.. _data];

    internal void Restore(Spectrum machine)
    {
        _data.AsSpan(HeaderSize).CopyTo(machine.Memory[SpectrumBus.RamStart..]);
        Cpu<SpectrumBus> cpu = machine.Cpu;
        cpu.Reset();
        ref Registers r = ref cpu.Regs;
        r.I = _data[0];
        (r.ShadowHL, r.ShadowDE, r.ShadowBC, r.ShadowAF) = (Word(1), Word(3), Word(5), Word(7));
        (r.HL, r.DE, r.BC, r.IY, r.IX) = (Word(9), Word(11), Word(13), Word(15), Word(17));
        r.R = _data[20];
        r.AF = Word(21);
        r.SP = Word(23);
        // As the loader of the original did it: RETN takes PC from the stack and copies IFF2 to IFF1.
        r.PC = machine.Peek16(r.SP);
        r.SP += 2;
        cpu.Iff1 = cpu.Iff2 = (_data[19] & Iff2Bit) != 0;
        cpu.InterruptMode = _data[25];
        machine.SetBorder(_data[26]);
    }

    private ushort Word(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_data.AsSpan(offset));
}
