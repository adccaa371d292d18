using System.Buffers.Binary;
using MinZ.Mir;
using MinZ.Mir.Lowering;
using MinZ.Vm.Memory;

namespace MinZ.Vm.Loading;

/// <summary>
/// Addresses of globals and strings, and the bytes memory starts with. Zeroed globals take addresses but no bytes.
/// </summary>
internal sealed class ProgramData
{
    private readonly DataLayout _layout;
    private readonly Dictionary<Global, uint> _globals = [];
    private readonly Dictionary<StringConstant, uint> _strings = [];
    private readonly List<(uint Address, byte[] Bytes)> _images = [];
    private readonly Func<Function, uint> _addressOf;

    /// <summary>Places the globals of a lowered module and every string in it.</summary>
    /// <param name="module">The module; its layout says how wide addresses are.</param>
    /// <param name="start">First address for them.</param>
    /// <param name="addressOf">Address of a function.</param>
    /// <exception cref="VmLoadException">A global is given an address outside the low 64 KB.</exception>
    public ProgramData(Module module, uint start, Func<Function, uint> addressOf)
    {
        _layout = module.Layout!;
        _addressOf = addressOf;
        ulong end = start;
        foreach (var g in module.Globals)
            end = Place(g, end);
        Check(module, end);
        var text = new List<StringConstant> { StringConstant.Of("") };
        var images = new List<(Global Global, DataImage Image)>();
        foreach (var g in module.Globals)
        {
            // Zeroed memory is there already, and an image of a large table would be as large.
            if (g.Initial is ConstantValue.Zero && !FlatMemory.HoldsStrings(g.Type))
                continue;
            var image = DataSegment.Write(g, _layout);
            images.Add((g, image));
            text.AddRange(image.Relocations.Select(r => r.Target).OfType<StringConstant>());
        }
        foreach (var f in module.Functions)
            foreach (var block in f.Blocks)
                foreach (var id in block.Instructions)
                    if (f[id].Payload is StringConstant s)
                        text.Add(s);
        foreach (var s in text)
            end = Place(s, end);
        Check(module, end);
        foreach (var (g, image) in images)
            Fill(g, image);
        End = (uint)((end + 15) & ~15UL);
    }

    private static void Check(Module module, ulong end)
    {
        if (module.Layout!.PointerBytes == 2 && end > LinearMemory.NearEnd)
            throw new VmLoadException($"the globals and strings of module '{module.Name}' end at 0x{end:X}: " +
                $"with assembly or 16-bit addresses in it a program has the memory up to 0x{LinearMemory.NearEnd:X}");
        if (end > LinearMemory.FunctionBase - LinearMemory.LowBytes)
            throw new VmLoadException(
                $"the globals of module '{module.Name}' take {end} bytes: more than memory can be");
    }

    /// <summary>Globals, with their addresses.</summary>
    public IReadOnlyDictionary<Global, uint> Globals => _globals;

    /// <summary>First address behind globals and strings.</summary>
    public uint End { get; }

    /// <summary>Address of a global.</summary>
    public uint AddressOf(Global global) => _globals[global];

    /// <summary>Address of a string's record.</summary>
    public uint AddressOf(StringConstant text) => _strings[text];

    /// <summary>Writes start values into fresh memory.</summary>
    public void Initialise(LinearMemory memory)
    {
        foreach (var (address, bytes) in _images)
            unsafe
            {
                bytes.CopyTo(new Span<byte>(memory.Base + address, bytes.Length));
            }
    }

    private ulong Place(Global g, ulong end)
    {
        var size = (ulong)_layout.SizeOf(g.Type);
        if (g.Address is { } fixedAt)
        {
            if (fixedAt < 0 || (ulong)fixedAt + size > LinearMemory.LowBytes)
                throw new VmLoadException($"global '{g.Name}' is at 0x{fixedAt:X}, but only addresses below " +
                    $"0x{LinearMemory.LowBytes:X} can be given on the VM");
            _globals[g] = (uint)fixedAt;
            return end;
        }
        var alignment = (ulong)Math.Max(Math.Max(g.Alignment, _layout.AlignmentOf(g.Type)), 1);
        end = (end + alignment - 1) / alignment * alignment;
        _globals[g] = (uint)Math.Min(end, uint.MaxValue);
        return end + size;
    }

    private ulong Place(StringConstant s, ulong end)
    {
        if (_strings.ContainsKey(s))
            return end;
        var record = DataSegment.Write(s, _layout);
        end = (end + 3) & ~3UL;
        _strings[s] = (uint)Math.Min(end, uint.MaxValue);
        _images.Add(((uint)Math.Min(end, uint.MaxValue), [.. record]));
        return end + (ulong)record.Length;
    }

    private void Fill(Global g, DataImage image)
    {
        if (image.IsZero)
            return;
        byte[] bytes = [.. image.Bytes];
        foreach (var r in image.Relocations)
            WriteAddress(bytes.AsSpan(r.Offset), Resolve(r) + (uint)r.Addend);
        _images.Add((_globals[g], bytes));
    }

    private void WriteAddress(Span<byte> to, uint address)
    {
        if (_layout.PointerBytes == 2)
            BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)address);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(to, address);
    }

    private uint Resolve(Relocation r) => r.Kind switch
    {
        RelocationKind.String => _strings[(StringConstant)r.Target],
        RelocationKind.StringBytes => _strings[(StringConstant)r.Target] + (uint)_layout.StringLengthBytes,
        RelocationKind.Global => _globals[(Global)r.Target],
        RelocationKind.Function => _addressOf((Function)r.Target),
    };
}
