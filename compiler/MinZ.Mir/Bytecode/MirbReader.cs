using System.Collections.Immutable;
using System.Text;
using MinZ.Mir.Text;

namespace MinZ.Mir.Bytecode;

/// <summary>Limits of <see cref="MirbReader"/>, checked before anything is allocated.</summary>
/// <param name="MaxBytes">Size of the file.</param>
/// <param name="MaxTypeDepth">How deep structural types nest.</param>
/// <param name="MaxStack">Values on the stack at once.</param>
public sealed record MirbLimits(int MaxBytes = 256 << 20, int MaxTypeDepth = 64, int MaxStack = 1 << 20);

/// <summary>
/// Reads and verifies <c>.mirb</c>. Any bytes are answered with a module that has passed <see cref="Verifier"/>, or
/// with errors; time and memory are proportional to the bytes.
/// </summary>
public sealed partial class MirbReader
{
    private const int MaxNesting = 64;
    private readonly MirbLimits _limits;
    private readonly Module _module = new("");
    private readonly List<Function> _functions = [];
    private readonly List<Global> _globals = [];
    private StringConstant[] _strings = [];
    private ByteReader _in = null!;

    private MirbReader(MirbLimits limits) => _limits = limits;

    /// <summary>Reads a module.</summary>
    public static MirReadResult Read(ReadOnlyMemory<byte> file, MirbLimits? limits = null)
    {
        var reader = new MirbReader(limits ?? new MirbLimits());
        try
        {
            reader.ReadFile(file);
        }
        catch (DamagedException e)
        {
            return new(null, [new MirError(e.Code, e.Message)]);
        }
        var errors = Verifier.Verify(reader._module);
        return errors.Count == 0 ? new(reader._module, []) : new(null, [.. errors]);
    }

    private static DamagedException Damaged(string what) => ByteReader.Damaged(what);

    private void ReadFile(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        if (bytes.Length < Mirb.HeaderLength || !bytes.StartsWith(Mirb.Magic))
            throw new DamagedException(MirCodes.NotBinary, "this is not a .mirb file");
        if (bytes.Length > _limits.MaxBytes)
            throw new DamagedException(MirCodes.BinaryLimit, $"the file is larger than {_limits.MaxBytes} bytes");
        if (bytes[4] != Mirb.Major)
            throw new DamagedException(MirCodes.NotBinary,
                $"the file is of version {bytes[4]}.{bytes[5]}; this reader knows {Mirb.Major}.x");
        if (!Mirb.IsSealed(bytes))
            throw Damaged("its content does not match its hash");
        var lowered = (bytes[6] & Mirb.IsLowered) != 0;
        var sections = Sections(new ByteReader(file[Mirb.HeaderLength..]));
        Read(sections, Section.Module, () => ReadModule(lowered));
        Read(sections, Section.Strings, ReadStrings);
        Read(sections, Section.Types, ReadTypes);
        Read(sections, Section.Functions, ReadSignatures);
        Read(sections, Section.Globals, ReadGlobals);
        Read(sections, Section.Members, ReadMembers);
        Read(sections, Section.Tests, ReadTests);
        Read(sections, Section.Code, ReadBodies);
        Read(sections, Section.Debug, ReadDebug);
    }

    private static Dictionary<Section, ByteReader> Sections(ByteReader all)
    {
        var sections = new Dictionary<Section, ByteReader>();
        var last = 0;
        while (!all.AtEnd)
        {
            var id = all.Byte();
            if (id <= last && id <= (byte)Section.Debug)
                throw Damaged("its sections are out of order");
            last = Math.Max(last, id);
            var content = all.Raw(all.Count());
            if (id <= (byte)Section.Debug)
                sections.Add((Section)id, new ByteReader(content));
        }
        return sections;
    }

    private void Read(Dictionary<Section, ByteReader> sections, Section id, Action read)
    {
        _in = sections.GetValueOrDefault(id) ?? new ByteReader(default);
        if (_in.AtEnd && (id != Section.Members || _definitions.Length == 0) && id != Section.Code)
            return;
        read();
        if (!_in.AtEnd)
            throw Damaged($"the section '{id}' has bytes left over");
    }

    private void ReadModule(bool lowered)
    {
        _module.Name = Encoding.UTF8.GetString(_in.Raw(_in.Count()).Span);
        if (lowered)
            _module.Layout = new DataLayout(_in.Integer(4, "pointer size"), _in.Integer(8, "alignment"),
                _in.Integer(4, "length size"));
        if (_module.Layout is { } l && (l.PointerBytes is not (2 or 4) || l.MaxAlignment is not (1 or 2 or 4 or 8) ||
            l.StringLengthBytes is not (2 or 4)))
            throw Damaged("its data layout does not exist");
    }

    private void ReadStrings()
    {
        _strings = new StringConstant[_in.Count()];
        for (var i = 0; i < _strings.Length; i++)
            _strings[i] = new StringConstant([.. _in.Raw(_in.Count()).Span]);
    }

    private StringConstant Literal() => _strings[_in.Integer(_strings.Length - 1, "the string")];

    private string Text() => Literal().ToString();

    private string? Optional()
    {
        var index = _in.Integer(_strings.Length, "the string");
        return index == 0 ? null : _strings[index - 1].ToString();
    }

    private void ReadSignatures()
    {
        for (var n = _in.Count(); n > 0; n--)
        {
            var function = new Function(Text());
            var head = _in.Integer(0xFFFFF, "the function's head");
            if ((head & 8) != 0 || (head >> 4 & ~(int)(FunctionFlags)0xDF) != 0)
                throw Damaged("a function has marks that do not exist");
            function.Flags = (FunctionFlags)(head >> 4);
            var named = (head & 2) != 0;
            if ((head & 4) != 0)
                function.TypeParameters = TypeParameters(_in.Count());
            var parameters = ImmutableArray.CreateBuilder<Parameter>();
            for (var p = _in.Count(); p > 0; p--)
            {
                var type = Type();
                parameters.Add(new Parameter(named ? Text() : "", type));
            }
            function.Parameters = parameters.ToImmutable();
            function.Result = Type();
            if (named)
                function.Abi = ReadAbi();
            if ((head & 1) != 0)
            {
                _bodies.Add(function);
                function.NewEntry();
            }
            if (_module.FindFunction(function.Name) is not null)
                throw Damaged($"the function '{function.Name}' occurs twice");
            _functions.Add(_module.Add(function));
        }
    }

    private Abi ReadAbi()
    {
        var convention = Text();
        var registers = ImmutableArray.CreateBuilder<(string, string)>();
        for (var n = _in.Count(); n > 0; n--)
            registers.Add((Text(), Text()));
        var address = Address();
        return new Abi(convention, registers.ToImmutable(), address, Optional());
    }

    private int? Address()
    {
        var address = _in.Unsigned();
        return address > (ulong)uint.MaxValue + 1 ? throw Damaged("an address is out of range")
            : address == 0 ? null : (int)(uint)(address - 1);
    }

    private Function FunctionAt() => _functions[_in.Integer(_functions.Count - 1, "the function")];

    private Global GlobalAt() => _globals[_in.Integer(_globals.Count - 1, "the global")];

    private void ReadTests()
    {
        for (var n = _in.Count(); n > 0; n--)
        {
            var function = FunctionAt();
            var name = Text();
            var (ignore, trap, limit) = (Optional(), Optional(), _in.Unsigned());
            if (limit > (ulong)long.MaxValue + 1)
                throw Damaged("a limit is out of range");
            function.Test = new TestInfo(name, ignore, trap, limit == 0 ? null : (long)(limit - 1));
            function.Flags |= FunctionFlags.Test;
        }
    }

    private void ReadGlobals()
    {
        for (var n = _in.Count(); n > 0; n--)
        {
            var global = new Global(Text(), Type());
            var marks = _in.Byte();
            if (marks > 7)
                throw Damaged("a global has marks that do not exist");
            (global.IsConst, global.Volatile, global.Exported) = ((marks & 1) != 0, (marks & 2) != 0, (marks & 4) != 0);
            global.Address = Address();
            global.Alignment = _in.Integer(1 << 20, "the alignment");
            if (_module.FindGlobal(global.Name) is not null)
                throw Damaged($"the global '{global.Name}' occurs twice");
            _globals.Add(_module.Add(global));
        }
        foreach (var g in _globals)
            g.Initial = Constant(0);
    }

    private ConstantValue Constant(int depth)
    {
        if (depth > MaxNesting)
            throw new DamagedException(MirCodes.BinaryLimit, $"start values nest deeper than {MaxNesting}");
        switch (_in.Byte())
        {
            case 0:
                return new ConstantValue.Zero();
            case 1:
                return new ConstantValue.Number(_in.Signed());
            case 2:
                return new ConstantValue.Text(Literal());
            case 3:
                return new ConstantValue.TextPointer(Literal());
            case 4:
                return new ConstantValue.Bytes([.. _in.Raw(_in.Count()).Span]);
            case 5:
                return new ConstantValue.Aggregate(Items(depth));
            case 6:
                return new ConstantValue.Enum(_in.Integer(int.MaxValue, "the variant"), Items(depth));
            case 7:
                return new ConstantValue.FunctionValue(FunctionAt());
            case 8:
                var global = GlobalAt();
                return _in.Signed() is >= int.MinValue and <= int.MaxValue and var offset
                    ? new ConstantValue.Address(global, (int)offset) : throw Damaged("an offset is out of range");
            case 9:
                return new ConstantValue.SliceOf(GlobalAt());
            default:
                throw Damaged("a start value is of no known kind");
        }
    }

    private ImmutableArray<ConstantValue> Items(int depth)
    {
        var items = ImmutableArray.CreateBuilder<ConstantValue>();
        for (var n = _in.Count(); n > 0; n--)
            items.Add(Constant(depth + 1));
        return items.ToImmutable();
    }
}
