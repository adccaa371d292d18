using System.Collections.Immutable;
using System.Text;

namespace MinZ.Mir.Bytecode;

/// <summary>What <see cref="MirbWriter"/> writes besides the program itself.</summary>
/// <param name="WithDebug">Names of values, slots and blocks, files and places in source.</param>
public sealed record MirbWriterOptions(bool WithDebug = true);

/// <summary>
/// Writes a verified module as <c>.mirb</c>. Blocks that cannot be reached are not written; everything else reads back
/// equal, without debug section up to the names and places it would hold.
/// </summary>
public sealed partial class MirbWriter
{
    private readonly Module _module;
    private readonly MirbWriterOptions _options;
    private readonly ByteWriter _strings = new();
    private readonly Dictionary<StringConstant, int> _stringIndex = [];
    private readonly Dictionary<Function, int> _functions = [];
    private readonly Dictionary<Global, int> _globals = [];
    private ByteWriter _out = new();

    private MirbWriter(Module module, MirbWriterOptions? options)
    {
        _module = module;
        _options = options ?? new MirbWriterOptions();
    }

    /// <summary>The bytes of a module that has no verifier errors.</summary>
    public static byte[] Write(Module module, MirbWriterOptions? options = null) =>
        new MirbWriter(module, options).Run();

    private byte[] Run()
    {
        // Functions are numbered in the module's order: bodies and imports keep it through their place in the list.
        foreach (var f in _module.Functions)
            _functions.Add(f, _functions.Count);
        foreach (var g in _module.Globals)
            _globals.Add(g, _globals.Count);
        (Section Id, ByteWriter Content)[] sections =
        [
            (Section.Module, Made(WriteModule)),
            (Section.Functions, Made(WriteSignatures)),
            (Section.Globals, Made(WriteGlobals)),
            (Section.Members, Made(WriteMembers)),
            (Section.Tests, Made(WriteTests)),
            (Section.Code, Made(WriteBodies)),
            (Section.Debug, Made(WriteDebug)),
        ];
        var types = Made(WriteTypes);
        var file = new ByteWriter();
        file.Raw(Mirb.Magic);
        file.Raw([Mirb.Major, Mirb.Minor, _module.Layout is null ? (byte)0 : Mirb.IsLowered, 0, 0, 0, 0, 0, 0, 0, 0]);
        Append(file, Section.Module, sections[0].Content);
        var strings = new ByteWriter();
        strings.Count(_stringIndex.Count);
        strings.Raw(_strings.Bytes);
        Append(file, Section.Strings, strings);
        Append(file, Section.Types, types);
        foreach (var (id, content) in sections.Skip(1))
            Append(file, id, content);
        var bytes = file.Bytes.ToArray();
        Mirb.Seal(bytes);
        return bytes;
    }

    private ByteWriter Made(Action write)
    {
        _out = new ByteWriter();
        write();
        return _out;
    }

    private static void Append(ByteWriter file, Section id, ByteWriter content)
    {
        if (content.Length == 0)
            return;
        file.Byte((byte)id);
        file.Count(content.Length);
        file.Raw(content.Bytes);
    }

    private void Text(string text) => Text(StringConstant.Of(text));

    private void Text(StringConstant text) => _out.Count(IndexOf(text));

    private int IndexOf(StringConstant text)
    {
        if (_stringIndex.TryGetValue(text, out var index))
            return index;
        _strings.Count(text.Bytes.Length);
        _strings.Raw(text.Bytes.AsSpan());
        return _stringIndex[text] = _stringIndex.Count;
    }

    /// <summary>An index plus one, or 0 for none.</summary>
    private void Optional(string? text) => _out.Count(text is null ? 0 : IndexOf(StringConstant.Of(text)) + 1);

    private void WriteModule()
    {
        var name = Encoding.UTF8.GetBytes(_module.Name);
        _out.Count(name.Length);
        _out.Raw(name);
        if (_module.Layout is not { } layout)
            return;
        _out.Count(layout.PointerBytes);
        _out.Count(layout.MaxAlignment);
        _out.Count(layout.StringLengthBytes);
    }

    private void WriteSignatures()
    {
        _out.Count(_module.Functions.Count);
        foreach (var f in _module.Functions)
        {
            Text(f.Name);
            // Tests have a section of their own.
            var named = f.Abi is not null;
            var head = (int)(f.Flags & ~FunctionFlags.Test) << 4 | (f.IsExtern ? 0 : 1) | (named ? 2 : 0) |
                (f.TypeParameters.IsDefaultOrEmpty ? 0 : 4);
            _out.Count(head);
            if (!f.TypeParameters.IsDefaultOrEmpty)
                _out.Count(f.TypeParameters.Length);
            _out.Count(f.Parameters.Length);
            foreach (var p in f.Parameters)
            {
                Type(p.Type);
                if (named)
                    Text(p.Name);
            }
            Type(f.Result);
            if (f.Abi is { } abi)
                WriteAbi(abi);
        }
    }

    private void WriteAbi(Abi abi)
    {
        Text(abi.Convention);
        var registers = abi.Registers.IsDefault ? [] : abi.Registers;
        _out.Count(registers.Length);
        foreach (var (parameter, register) in registers)
        {
            Text(parameter);
            Text(register);
        }
        _out.Unsigned(abi.Address is { } address ? (ulong)(uint)address + 1 : 0);
        Optional(abi.Symbol);
    }

    private void WriteTests()
    {
        var tests = _module.Functions.Where(f => f.Test is not null).ToList();
        if (tests.Count == 0)
            return;
        _out.Count(tests.Count);
        foreach (var f in tests)
        {
            _out.Count(_functions[f]);
            Text(f.Test!.DisplayName);
            Optional(f.Test.IgnoreReason);
            Optional(f.Test.ExpectedTrap);
            _out.Unsigned(f.Test.MaxTStates is { } limit ? (ulong)limit + 1 : 0);
        }
    }

    private void WriteGlobals()
    {
        if (_module.Globals.Count == 0)
            return;
        _out.Count(_module.Globals.Count);
        foreach (var g in _module.Globals)
        {
            Text(g.Name);
            Type(g.Type);
            _out.Byte((byte)((g.IsConst ? 1 : 0) | (g.Volatile ? 2 : 0) | (g.Exported ? 4 : 0)));
            _out.Unsigned(g.Address is { } address ? (ulong)(uint)address + 1 : 0);
            _out.Count(g.Alignment);
        }
        foreach (var g in _module.Globals)
            Constant(g.Initial);
    }

    private void Constant(ConstantValue value)
    {
        switch (value)
        {
            case ConstantValue.Zero:
                _out.Byte(0);
                break;
            case ConstantValue.Number n:
                _out.Byte(1);
                _out.Signed(n.Bits);
                break;
            case ConstantValue.Text t:
                _out.Byte(2);
                Text(t.Value);
                break;
            case ConstantValue.TextPointer t:
                _out.Byte(3);
                Text(t.Value);
                break;
            case ConstantValue.Bytes b:
                _out.Byte(4);
                _out.Count(b.Value.Length);
                _out.Raw(b.Value.AsSpan());
                break;
            case ConstantValue.Aggregate a:
                _out.Byte(5);
                Constants(a.Items);
                break;
            case ConstantValue.Enum e:
                _out.Byte(6);
                _out.Count(e.Variant);
                Constants(e.Payload);
                break;
            case ConstantValue.FunctionValue f:
                _out.Byte(7);
                _out.Count(_functions[f.Function]);
                break;
            case ConstantValue.Address a:
                _out.Byte(8);
                _out.Count(_globals[a.Global]);
                _out.Signed(a.Offset);
                break;
            case ConstantValue.SliceOf s:
                _out.Byte(9);
                _out.Count(_globals[s.Global]);
                break;
        }
    }

    private void Constants(ImmutableArray<ConstantValue> items)
    {
        _out.Count(items.Length);
        foreach (var item in items)
            Constant(item);
    }
}
