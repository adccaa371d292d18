using MinZ.Mir;
using MinZ.Vm;
using Xunit;

namespace MinZ.Tests.Vm;

/// <summary>
/// Every pure operation on boundary values of every type: the interpreter yields what <see cref="Evaluators"/> says,
/// with operands in registers, with the second one as an immediate, and for compares as a branch.
/// </summary>
public sealed class OpSweepTests
{
    private static readonly MirType[] Scalars = [.. MirType.Keywords.Where(t => t.IsNumeric)];

    public static TheoryData<Op> PureOps =>
        [.. Ops.All.Where(r => r.Evaluate is not null && r.Op != Op.Bounds).Select(r => r.Op)];

    private static long[] Values(MirType t)
    {
        if (t.Kind == TypeKind.Bool)
            return [0, 1];
        if (t.IsFloat)
            return [.. new[] { 0.0, -0.0, 1, -1, 0.5, -2.5, 3, 1e10, -1e10, 127, 128, -129, 65535.9,
                2147483648, -2147483649, 4294967296, 9223372036854775808.0, 18446744073709551616.0,
                -9223372036854775809.0, 1e-40, 1e300, -1e300,
                double.PositiveInfinity, double.NegativeInfinity, double.NaN }
                .Select(v => Constants.OfFloat(t, v)).Distinct()];
        var (min, max) = ((long)Constants.MinValue(t), (long)(ulong)Constants.MaxValue(t));
        return [.. new[] { 0, 1, 2, 3, 5, 7, 8, 31, 63, 64, 100, -1, -2, -7,
            min, max, min + 1, max - 1, max / 2, 0x55555555 }
            .Select(v => Constants.Wrap(t, v)).Distinct()];
    }

    private static IEnumerable<MirType> TypesOf(Op op) =>
        Scalars.Where(t => (Ops.ClassOf(t) & op.Info().Types) != 0 && (op != Op.MulWide || t.Bits is 8 or 16 or 32));

    private static MirType Second(Op op, MirType t) => op.Info().Shape == OpShape.Shift ? MirType.U8 : t;

    private static MirType ResultOf(Op op, MirType t) => op.Info().Shape == OpShape.Compare ? MirType.Bool
        : op == Op.MulWide ? t.IsSigned ? MirType.SignedOf(t.Bits * 2) : MirType.Unsigned(t.Bits * 2) : t;

    private static bool IsUnary(Op op) => op.Info().Shape == OpShape.Unary;

    private static Function Define(Module module, string name, MirType result, MirType[] parameters,
        Action<Builder, List<Value>> body)
    {
        var f = module.Add(new Function(name)
        {
            Parameters = [.. parameters.Select((p, n) => new Parameter("p" + n, p))], Result = result,
        });
        var entry = f.NewEntry();
        body(new Builder(f).At(entry), entry.Parameters);
        return f;
    }

    private static void DefineOp(Module module, string name, Op op, MirType t, long? right, bool branches)
    {
        MirType[] parameters = IsUnary(op) || right is not null ? [t] : [t, Second(op, t)];
        Define(module, name, ResultOf(op, t), parameters, (b, p) =>
        {
            Value[] operands = IsUnary(op) ? [p[0]] : [p[0], right is { } bits ? b.Constant(Second(op, t), bits)
                : p[1]];
            var value = b.Emit(op, t, operands, ResultOf(op, t));
            if (!branches)
            {
                b.Return(value);
                return;
            }
            var (yes, no) = (b.Function.NewBlock("yes"), b.Function.NewBlock("no"));
            b.JumpIf(value, yes, no);
            b.At(yes).Return(b.Constant(MirType.Bool, 1));
            b.At(no).Return(b.Constant(MirType.Bool, 0));
        });
    }

    private static void Check(VirtualMachine vm, string name, Op op, MirType t, long a, long b, params long[] arguments)
    {
        var defined = op.Info().Evaluate!(t, a, b, out var expected);
        var actual = vm.Call(name, arguments);
        if (!defined)
        {
            Assert.Equal(TrapCode.DivideByZero, actual.Trap?.Code);
            return;
        }
        Assert.Null(actual.Trap);
        if (actual.Bits != expected && !(t.IsFloat && double.IsNaN(Constants.ToFloat(t, expected)) &&
            double.IsNaN(Constants.ToFloat(t, actual.Bits))))
            Assert.Fail($"{name}({a:X}, {b:X}) is {actual.Bits:X}, not {expected:X}");
    }

    [Theory, MemberData(nameof(PureOps))]
    public void An_op_on_boundary_values_yields_what_its_evaluator_says(Op op)
    {
        var module = new Module("sweep");
        foreach (var t in TypesOf(op))
        {
            DefineOp(module, $"{op}.{t}", op, t, null, false);
            if (op.Info().Shape == OpShape.Compare)
                DefineOp(module, $"{op}.{t}.branch", op, t, null, true);
            if (!IsUnary(op))
                foreach (var b in Values(Second(op, t)))
                {
                    DefineOp(module, $"{op}.{t}.{b:X}", op, t, b, false);
                    if (op.Info().Shape == OpShape.Compare)
                        DefineOp(module, $"{op}.{t}.{b:X}.branch", op, t, b, true);
                }
        }
        using var vm = VirtualMachine.Load(module, VmOptions.Default with { Optimize = false });
        foreach (var t in TypesOf(op))
            foreach (var a in Values(t))
            {
                if (IsUnary(op))
                {
                    Check(vm, $"{op}.{t}", op, t, a, 0, a);
                    continue;
                }
                foreach (var b in Values(Second(op, t)))
                {
                    Check(vm, $"{op}.{t}", op, t, a, b, a, b);
                    Check(vm, $"{op}.{t}.{b:X}", op, t, a, b, a);
                    if (op.Info().Shape != OpShape.Compare)
                        continue;
                    Check(vm, $"{op}.{t}.branch", op, t, a, b, a, b);
                    Check(vm, $"{op}.{t}.{b:X}.branch", op, t, a, b, a);
                }
            }
    }

    [Fact]
    public void Conversions_between_all_types_yield_what_the_evaluator_says()
    {
        var module = new Module("sweep");
        foreach (var from in Scalars)
            foreach (var to in Scalars)
                Define(module, $"{from}.{to}", to, [from], (b, p) => b.Return(b.Emit(Op.Conv, to, [p[0]], to)));
        using var vm = VirtualMachine.Load(module, VmOptions.Default with { Optimize = false });
        foreach (var from in Scalars)
            foreach (var to in Scalars)
                foreach (var bits in Values(from))
                {
                    var expected = Evaluators.Convert(from, to, bits);
                    var actual = vm.Call($"{from}.{to}", bits).Bits;
                    if (actual != expected && !(to.IsFloat && double.IsNaN(Constants.ToFloat(to, expected)) &&
                        double.IsNaN(Constants.ToFloat(to, actual))))
                        Assert.Fail($"conv {from} {bits:X} to {to} is {actual:X}, not {expected:X}");
                }
    }

    [Fact]
    public void A_product_and_a_sum_in_one_instruction_wrap_as_two()
    {
        var module = new Module("sweep");
        MirType[] types = [.. Scalars.Where(t => t.IsInteger || t.Kind == TypeKind.F64)];
        foreach (var t in types)
        {
            Define(module, $"{t}", t, [t, t, t], (b, p) =>
                b.Return(b.Binary(Op.Add, b.Binary(Op.Mul, p[0], p[1]), p[2])));
            Define(module, $"{t}.right", t, [t, t, t], (b, p) =>
                b.Return(b.Binary(Op.Add, p[2], b.Binary(Op.Mul, p[0], p[1]))));
            Define(module, $"{t}.less", t, [t, t, t], (b, p) =>
                b.Return(b.Binary(Op.Sub, p[2], b.Binary(Op.Mul, p[0], p[1]))));
        }
        using var vm = VirtualMachine.Load(module, VmOptions.Default with { Optimize = false });
        foreach (var t in types)
            foreach (var a in Values(t))
                foreach (var b in Values(t))
                    foreach (var c in Values(t).Take(8))
                    {
                        Evaluators.Mul(t, a, b, out var product);
                        Evaluators.Add(t, product, c, out var sum);
                        Evaluators.Sub(t, c, product, out var difference);
                        Same(t, sum, vm.Call($"{t}", a, b, c).Bits);
                        Same(t, sum, vm.Call($"{t}.right", a, b, c).Bits);
                        Same(t, difference, vm.Call($"{t}.less", a, b, c).Bits);
                    }
    }

    private static void Same(MirType t, long expected, long actual)
    {
        if (t.IsFloat && double.IsNaN(Constants.ToFloat(t, expected)))
            Assert.True(double.IsNaN(Constants.ToFloat(t, actual)));
        else
            Assert.Equal(expected, actual);
    }
}
