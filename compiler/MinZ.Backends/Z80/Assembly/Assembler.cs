using System.Collections.Immutable;

namespace MinZ.Backends.Z80.Assembly;

/// <summary>Settings of <see cref="Assembler.Assemble"/>.</summary>
public sealed record AssemblerOptions
{
    /// <summary>The address of the first item, unless an ORG sets it. 0x8000 is the first fast address.</summary>
    public int Origin { get; init; } = 0x8000;

    /// <summary>The byte in gaps between regions.</summary>
    public byte Fill { get; init; }
}

/// <summary>
/// Turns items into bytes: places them, chooses the length of each <see cref="Mnemonic.Jump"/>, resolves symbols and
/// encodes. All errors of a program are found in one run.
/// </summary>
public sealed class Assembler
{
    private const int AddressSpace = 0x10000;

    private readonly ImmutableArray<AsmError>.Builder _errors = ImmutableArray.CreateBuilder<AsmError>();
    private readonly IReadOnlyList<Item> _items;
    private readonly AssemblerOptions _options;
    private readonly Layout _layout;
    private readonly byte[] _memory = new byte[AddressSpace];

    private Assembler(IReadOnlyList<Item> items, AssemblerOptions options)
    {
        _items = items;
        _options = options;
        _layout = new Layout(items, options.Origin, _errors);
    }

    /// <summary>Assembles a program.</summary>
    public static AssemblyResult Assemble(IReadOnlyList<Item> items, AssemblerOptions? options = null) =>
        new Assembler(items, options ?? new AssemblerOptions()).Run();

    private AssemblyResult Run()
    {
        _layout.Solve();
        if (_errors.Count > 0)
            return new AssemblyResult(null, _errors.ToImmutable());

        Array.Fill(_memory, _options.Fill);
        var placed = ImmutableArray.CreateBuilder<PlacedItem>(_items.Count);
        for (var i = 0; i < _items.Count; i++)
        {
            var (address, size) = (_layout.Addresses[i], _layout.Sizes[i]);
            var item = _layout.Resolved(i);
            if (address + size > AddressSpace)
            {
                Report(item, $"the program runs over the end of memory: {size} bytes at 0x{address:X4}");
                break;
            }
            Emit(item, address, _memory.AsSpan(address, size));
            placed.Add(new PlacedItem(item, address, size));
        }
        var regions = Regions();
        if (_errors.Count > 0)
            return new AssemblyResult(null, _errors.ToImmutable());

        var origin = regions.IsEmpty ? _options.Origin : regions[0].Start;
        var end = regions.IsEmpty ? origin : regions[^1].End;
        var image = new Image(
            [.. _memory.AsSpan(origin, end - origin)], regions, _layout.Symbols(), placed.ToImmutable(), origin);
        return new AssemblyResult(image, []);
    }

    private void Emit(Item item, int address, Span<byte> to)
    {
        switch (item)
        {
            case Instruction instruction:
                Emit(instruction, address, to);
                break;
            case DataBytes data:
                data.Bytes.AsSpan().CopyTo(to);
                break;
            case DataValues data:
                Emit(data, address, to);
                break;
            case Reserve reserve:
                to.Fill(reserve.Fill);
                break;
            case Align align:
                to.Fill(align.Fill);
                break;
        }
    }

    private void Emit(DataValues data, int address, Span<byte> to)
    {
        var field = data.Width == 1 ? NumberField.Byte : NumberField.Word;
        for (var i = 0; i < data.Values.Length; i++)
        {
            var value = Evaluate(data.Values[i], data, address);
            CheckNumber(field, value, data);
            to[i * data.Width] = (byte)value;
            if (data.Width == 2)
                to[i * 2 + 1] = (byte)(value >> 8);
        }
    }

    private void Emit(Instruction instruction, int address, Span<byte> to)
    {
        var form = instruction.Form!;
        int number = 0, displacement = 0;
        if (form.DisplacementOperand is >= 0 and var d)
        {
            displacement = Evaluate(instruction[d], instruction, address);
            if (displacement is < -128 or > 127)
                Report(instruction, $"displacement {displacement} is outside -128 to 127");
        }
        if (form.NumberOperand is >= 0 and var n)
        {
            number = Evaluate(instruction[n], instruction, address);
            if (form.Number == NumberField.Relative)
                number -= address + form.Size;
            if (!CheckNumber(form.Number, number, instruction))
                return;
        }
        InstructionEncoder.Write(form, number, displacement, to);
    }

    private bool CheckNumber(NumberField field, int value, Item item)
    {
        if (InstructionEncoder.Check(field, value) is not { } message)
            return true;
        Report(item, message, field switch
        {
            NumberField.Byte => "low(x) and high(x) take one byte of a value",
            NumberField.Relative => "use jp",
            _ => null,
        });
        return false;
    }

    private int Evaluate(Operand operand, Item item, int address) =>
        operand.Expression is { } expression ? Evaluate(expression, item, address) : operand.Number;

    private int Evaluate(Expr expression, Item item, int address)
    {
        if (expression is Expr.Constant constant)
            return constant.Value;
        return _layout.Evaluate(expression, address, out var problem) is { } value ? value : Fail();

        int Fail()
        {
            Report(item, problem!.Message, problem.Hint);
            return 0;
        }
    }

    // Regions in address order; two that overlap are an error at the ORG of the later one.
    private ImmutableArray<ImageRegion> Regions()
    {
        var runs = new List<(ImageRegion Region, Item Start)>();
        for (var i = 0; i < _items.Count; i++)
        {
            var (address, size) = (_layout.Addresses[i], _layout.Sizes[i]);
            if (size == 0)
                continue;
            if (runs.Count > 0 && runs[^1].Region.End == address)
                runs[^1] = (new ImageRegion(runs[^1].Region.Start, runs[^1].Region.Length + size), runs[^1].Start);
            else
                runs.Add((new ImageRegion(address, size), _items[i]));
        }
        var sorted = runs.OrderBy(r => r.Region.Start).ToList();
        for (var i = 1; i < sorted.Count; i++)
        {
            var (before, after) = (sorted[i - 1].Region, sorted[i].Region);
            if (after.Start < before.End)
            {
                Report(sorted[i].Start, $"0x{after.Start:X4} is already used by the region "
                    + $"0x{before.Start:X4}-0x{before.End - 1:X4}", "move one of the two with org");
            }
        }
        return [.. sorted.Select(r => r.Region)];
    }

    private void Report(Item item, string message, string? hint = null) =>
        _errors.Add(new AsmError(item.Position, message, hint));
}
