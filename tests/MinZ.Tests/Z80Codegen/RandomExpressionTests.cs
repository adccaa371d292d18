using Xunit;
using MinZ.Mir;

namespace MinZ.Tests.Z80Codegen;

/// <summary>
/// Straight-line code with random operations of every width, compared with the evaluators of the op table. Inputs and
/// results lie in memory, so that nothing can be folded.
/// </summary>
public sealed class RandomExpressionTests
{
    private const int Inputs = 0xC000;
    private const int Results = 0xC800;
    private const int Rounds = 3;

    private static readonly MirType[] Types =
    [
        MirType.U8, MirType.I8, MirType.U16, MirType.I16, MirType.U24, MirType.I24, MirType.U32, MirType.I32,
    ];

    private static readonly Op[] Binary =
    [
        Op.Add, Op.Sub, Op.Mul, Op.Div, Op.Rem, Op.And, Op.Or, Op.Xor, Op.Min, Op.Max, Op.Shl, Op.Shr, Op.Rotl, Op.Rotr,
        Op.CmpEq, Op.CmpNe, Op.CmpLt, Op.CmpLe, Op.CmpGt, Op.CmpGe,
    ];

    private static readonly Op[] Unary = [Op.Neg, Op.Not, Op.Abs];

    private sealed class Program(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly List<(Value Value, Func<long[], long> Evaluate)> _known = [];

        public List<(MirType Type, int Address)> Reads { get; } = [];
        public List<(MirType Type, int Address, Func<long[], long> Evaluate)> Writes { get; } = [];
        public Module Module { get; } = new("random");

        public void Build(int operations)
        {
            var f = Module.Add(new Function("main"));
            var b = new Builder(f);
            b.At(f.NewEntry());
            foreach (var type in Types)
                for (var n = 0; n < 2; n++)
                    AddInput(b, type);
            for (var n = 0; n < operations; n++)
                AddOperation(b);
            var address = Results;
            foreach (var (value, evaluate) in _known.Skip(Reads.Count))
            {
                var type = f.TypeOf(value);
                if (type.Kind == TypeKind.Bool)
                {
                    b.Emit(Op.Poke, MirType.U8, [b.Constant(MirType.U16, address), b.Convert(value, MirType.U8)], null);
                    type = MirType.U8;
                }
                else
                {
                    b.Emit(Op.Poke, type, [b.Constant(MirType.U16, address), value], null);
                }
                Writes.Add((type, address, evaluate));
                address += 4;
            }
            b.Return();
        }

        private void AddInput(Builder b, MirType type)
        {
            var n = Reads.Count;
            var value = b.Emit(Op.Peek, type, [b.Constant(MirType.U16, Inputs + 4 * n)], type);
            Reads.Add((type, Inputs + 4 * n));
            _known.Add((value, inputs => inputs[n]));
        }

        private (Value Value, Func<long[], long> Evaluate) Pick(Builder b, MirType type)
        {
            var choice = _known.Where(k => b.Function.TypeOf(k.Value) == type).ToList();
            if (choice.Count > 0 && _random.Next(5) > 0)
                return choice[_random.Next(choice.Count)];
            var bits = Constants.Wrap(type, _random.Next(3) switch
            {
                0 => _random.Next(-3, 12), 1 => 1L << _random.Next(32), _ => _random.NextInt64(),
            });
            return (b.Constant(type, bits), _ => bits);
        }

        private void AddOperation(Builder b)
        {
            var type = Types[_random.Next(Types.Length)];
            var x = Pick(b, type);
            switch (_random.Next(6))
            {
                case 0:
                    var to = Types[_random.Next(Types.Length)];
                    _known.Add((b.Emit(Op.Conv, to, [x.Value], to), i => Evaluators.Convert(type, to, x.Evaluate(i))));
                    return;
                case 1:
                    AddUnary(b, x);
                    return;
                case 2 when _known.Where(k => b.Function.TypeOf(k.Value).Kind == TypeKind.Bool).ToList()
                    is { Count: > 0 } bools:
                    var c = bools[_random.Next(bools.Count)];
                    var y = Pick(b, type);
                    _known.Add((b.Select(c.Value, x.Value, y.Value),
                        i => c.Evaluate(i) != 0 ? x.Evaluate(i) : y.Evaluate(i)));
                    return;
                default:
                    AddBinary(b, type, x);
                    return;
            }
        }

        private void AddUnary(Builder b, (Value Value, Func<long[], long> Evaluate) x)
        {
            var op = Unary[_random.Next(Unary.Length)];
            var type = b.Function.TypeOf(x.Value);
            _known.Add((b.Unary(op, x.Value), i =>
            {
                op.Info().Evaluate!(type, x.Evaluate(i), 0, out var r);
                return r;
            }));
        }

        private void AddBinary(Builder b, MirType type, (Value Value, Func<long[], long> Evaluate) x)
        {
            var op = Binary[_random.Next(Binary.Length)];
            var isShift = op.Info().Shape == OpShape.Shift;
            var y = Pick(b, isShift ? MirType.U8 : type);
            if (op is Op.Div or Op.Rem)
            {
                // A divisor that is never zero.
                var one = b.Constant(type, 1);
                var before = y;
                y = (b.Binary(Op.Or, y.Value, one), i => Constants.Wrap(type, before.Evaluate(i) | 1));
            }
            var value = op.Info().Shape == OpShape.Compare ? b.Compare(op, x.Value, y.Value)
                : b.Emit(op, type, [x.Value, y.Value], type);
            _known.Add((value, i =>
            {
                op.Info().Evaluate!(type, x.Evaluate(i), y.Evaluate(i), out var r);
                return r;
            }));
        }
    }

    [Theory]
    [InlineData(1, 40, 6)]
    [InlineData(1000, 40, 20)]
    public void EqualTheEvaluators(int firstSeed, int programs, int operations)
    {
        for (var seed = firstSeed; seed < firstSeed + programs; seed++)
            Check(seed, operations, optimize: seed % 4 != 0);
    }

    private static void Check(int seed, int operations, bool optimize)
    {
        var program = new Program(seed);
        program.Build(operations);
        var compiled = Z80Runner.Compile(program.Module, optimize);
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var inputs = program.Reads.Select(r => Constants.Wrap(r.Type, random.Next(4) switch
            {
                0 => random.Next(-2, 3), 1 => 1L << random.Next(33), _ => random.NextInt64(),
            })).ToArray();
            var machine = Z80Runner.Load(compiled);
            for (var n = 0; n < inputs.Length; n++)
                for (var k = 0; k < 4; k++)
                    machine.Poke((ushort)(program.Reads[n].Address + k), (byte)(inputs[n] >> 8 * k));
            var result = machine.Call((ushort)compiled.Image!["__start"], null, 5_000_000);
            Assert.True(result.Returned, $"seed {seed}: {result.Stop.Message}");
            foreach (var (type, address, evaluate) in program.Writes)
            {
                long got = 0;
                for (var k = 0; k < type.Bits / 8; k++)
                    got |= (long)machine.Peek((ushort)(address + k)) << 8 * k;
                Assert.True(Constants.Wrap(type, evaluate(inputs)) == Constants.Wrap(type, got),
                    $"seed {seed}, result {(address - Results) / 4} of type {type}: " +
                        $"expected {evaluate(inputs)}, got {Constants.Wrap(type, got)}");
            }
        }
    }
}
