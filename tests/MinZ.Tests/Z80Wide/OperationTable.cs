using MinZ.Backends.Z80;
using MinZ.Mir;
using MinZ.Tests.Z80Codegen;
using Xunit;

namespace MinZ.Tests.Z80Wide;

/// <summary>
/// A program for the Z80 that applies many operations to the same operands, which lie in memory as the results do, and
/// the results they must have.
/// </summary>
internal sealed class OperationTable
{
    private const int Operands = 0xF000;
    private const int Results = 0xF100;
    private const long Budget = 60_000_000;

    private readonly List<(string Name, MirType Type, Func<long[], long> Expected)> _rows = [];
    private readonly MirType[] _operandTypes;
    private readonly Value[] _operands;
    private readonly Builder _b;
    private readonly Module _module = new("table");
    private Z80Program? _program;

    public OperationTable(params MirType[] operandTypes)
    {
        _operandTypes = operandTypes;
        var main = _module.Add(new Function("main"));
        _b = new Builder(main);
        _b.At(main.NewEntry());
        _operands = [.. operandTypes.Select((t, n) => Read(t, Operands + 8 * n))];
    }

    private static MirType Raw(MirType type) => type.IsFloat || type is FixedType ? MirType.Unsigned(type.Bits)
        : type.Kind == TypeKind.Bool ? MirType.U8 : type;

    private Value Read(MirType type, int address)
    {
        var raw = Raw(type);
        var v = _b.Emit(Op.Peek, raw, [_b.Constant(MirType.U16, address)], raw);
        return _b.Bitcast(v, type);
    }

    /// <summary>Adds an operation of the table of ops on the first operands, or on those given.</summary>
    public void Add(Op op, MirType type, params int[] operands)
    {
        if (operands.Length == 0)
            operands = [.. Enumerable.Range(0, op.Info().OperandCount)];
        Value[] values = [.. operands.Select(n => _operands[n])];
        var shape = op.Info().Shape;
        MirType Twice() => type.IsSigned ? MirType.SignedOf(type.Bits * 2) : MirType.Unsigned(type.Bits * 2);
        var result = shape == OpShape.Compare ? MirType.Bool : op == Op.MulWide ? Twice() : type;
        Add($"{op.Info().Name}.{type}", _b.Emit(op, type, values, result), o =>
        {
            op.Info().Evaluate!(type, o[operands[0]], operands.Length > 1 ? o[operands[1]] : 0, out var r);
            return r;
        });
    }

    /// <summary>Adds a conversion of an operand.</summary>
    public void Convert(int operand, MirType to)
    {
        var from = _operandTypes[operand];
        Add($"conv {from} to {to}", _b.Emit(Op.Conv, to, [_operands[operand]], to),
            o => Evaluators.Convert(from, to, o[operand]));
    }

    /// <summary>Adds an intrinsic on an operand.</summary>
    public void Add(Intrinsic intrinsic, int operand, Func<long, long> expected) =>
        Add(intrinsic.Info().Name, _b.Call(intrinsic, _operands[operand]), o => expected(o[operand]));

    /// <summary>Adds a value made by hand.</summary>
    public void Add(string name, Func<Builder, Value[], Value> build, Func<long[], long> expected) =>
        Add(name, build(_b, _operands), expected);

    private void Add(string name, Value value, Func<long[], long> expected)
    {
        var type = _b.Function.TypeOf(value);
        var raw = Raw(type);
        var bits = type.Kind == TypeKind.Bool ? _b.Convert(value, raw) : _b.Bitcast(value, raw);
        _b.Emit(Op.Poke, raw, [_b.Constant(MirType.U16, Results + 8 * _rows.Count), bits], null);
        _rows.Add((name, type, expected));
    }

    // A bitcast shows one NaN only.
    private static long Seen(MirType type, long bits) =>
        type.IsFloat && double.IsNaN(Constants.ToFloat(type, bits)) ? Constants.NaN(type) : bits;

    /// <summary>Runs the program with operands in canonical bits and compares all results.</summary>
    public void Check(bool optimize, params long[] operands)
    {
        if (_program is null)
            _b.Return();
        _program ??= Z80Runner.Compile(_module, optimize);
        var machine = Z80Runner.Load(_program);
        for (var n = 0; n < operands.Length; n++)
            for (var k = 0; k < 8; k++)
                machine.Poke((ushort)(Operands + 8 * n + k), (byte)(operands[n] >> 8 * k));
        var run = machine.Call((ushort)_program.Image!["__start"], null, Budget);
        Assert.True(run.Returned, run.Stop.Message);
        for (var n = 0; n < _rows.Count; n++)
        {
            var (name, type, expected) = _rows[n];
            long got = 0;
            for (var k = 0; k < (Raw(type).Bits + 7) / 8; k++)
                got |= (long)machine.Peek((ushort)(Results + 8 * n + k)) << 8 * k;
            var (want, have) = (Constants.Wrap(type, Seen(type, expected(operands))), Constants.Wrap(type, got));
            Assert.True(want == have, $"{name} of {string.Join(", ", operands.Select(o => $"{o:X}"))}: " +
                $"expected {want:X}, got {have:X}");
        }
    }
}
