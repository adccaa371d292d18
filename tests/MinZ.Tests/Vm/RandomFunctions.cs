using System.Collections.Immutable;
using MinZ.Mir;

namespace MinZ.Tests.Vm;

/// <summary>
/// Makes functions on flat memory by chance: any control flow, values of all widths, loads and stores with and without
/// checks on a table at <see cref="TableAddress"/>, calls. Equal seeds make equal functions.
/// </summary>
internal sealed class RandomFunctions
{
    public const int TableAddress = 0x8000;
    public const int TableBytes = 64;

    private static readonly MirType[] Types =
        [MirType.U8, MirType.I8, MirType.U16, MirType.I16, MirType.U24, MirType.U32, MirType.I32, MirType.I64,
            MirType.U64, MirType.F64, MirType.Bool];

    private static readonly Op[] Binary =
        [Op.Add, Op.Sub, Op.Mul, Op.Add, Op.Sub, Op.Mul, Op.And, Op.Or, Op.Xor, Op.Div, Op.Rem, Op.Min, Op.Max];

    private static readonly Op[] Compares = [Op.CmpEq, Op.CmpNe, Op.CmpLt, Op.CmpLe, Op.CmpGt, Op.CmpGe];

    private static readonly Op[] Shifts = [Op.Shl, Op.Shr, Op.Rotl, Op.Rotr];

    private readonly Random _random;
    private readonly Function _callee;
    private readonly Global _table;
    private readonly List<Value> _everywhere = [];
    private readonly List<Value> _here = [];
    private Function _f = null!;
    private Builder _b = null!;

    private RandomFunctions(int seed, Module module)
    {
        _random = new Random(seed);
        _table = module.Add(new Global("table", new ArrayType(MirType.U8, TableBytes)) { Address = TableAddress });
        _callee = module.Add(new Function("callee")
        {
            Parameters = [new("a", MirType.I32), new("b", MirType.F64), new("c", MirType.U8)], Result = MirType.I64,
        });
    }

    /// <summary>A module with a function "main" of four parameters.</summary>
    public static Module Make(int seed)
    {
        var module = new Module("random" + seed) { Layout = DataLayout.Flat32 };
        var made = new RandomFunctions(seed, module);
        made.Fill(made._callee, 1);
        var main = module.Add(new Function("main")
        {
            Parameters = [new("a", MirType.I32), new("b", MirType.U8), new("c", MirType.I64), new("d", MirType.F64)],
            Result = MirType.I64,
        });
        made.Fill(main, made._random.Next(1, 9));
        return module;
    }

    private void Fill(Function f, int blocks)
    {
        _f = f;
        _b = new Builder(f);
        _everywhere.Clear();
        _here.Clear();
        f.NewEntry();
        for (var n = 1; n < blocks; n++)
        {
            var block = f.NewBlock("b" + n);
            for (var p = _random.Next(4); p > 0; p--)
                f.NewParameter(block, Types[_random.Next(Types.Length)]);
        }
        for (var n = 0; n < blocks; n++)
        {
            var block = f.Blocks[n];
            _here.Clear();
            _here.AddRange(block.Parameters);
            _b.At(block);
            for (var i = _random.Next(2, 12); i > 0; i--)
                Instruction();
            // What the entry defines is known everywhere.
            if (n == 0)
                _everywhere.AddRange(_here);
            End(blocks);
        }
    }

    private Value Of(MirType type)
    {
        Value[] known = [.. _here.Concat(_everywhere).Where(v => _f.TypeOf(v) == type)];
        if (known.Length > 0 && _random.Next(4) > 0)
            return known[_random.Next(known.Length)];
        return _b.Constant(type, type.IsFloat ? Constants.OfFloat(type, _random.Next(-4, 5) * 0.75)
            : _random.Next(5) == 0 ? _random.NextInt64() : _random.Next(-3, 12));
    }

    private void Keep(Value v)
    {
        if (v.IsValid)
            _here.Add(v);
    }

    private void Instruction()
    {
        var type = Types[_random.Next(Types.Length)];
        switch (_random.Next(12))
        {
            case 0:
                Keep(_b.Convert(Of(Types[_random.Next(Types.Length)]), type));
                break;
            case 1:
                Keep(_b.Compare(Compares[_random.Next(Compares.Length)], Of(type), Of(type)));
                break;
            case 2:
                Keep(_b.Select(Of(MirType.Bool), Of(type), Of(type)));
                break;
            case 3 when type.IsInteger:
                Keep(_b.Emit(Shifts[_random.Next(Shifts.Length)], type, [Of(type), Of(MirType.U8)], type));
                break;
            case 4 or 5 or 6:
                Access(type);
                break;
            case 7 when _f != _callee:
                Keep(_b.Call(_callee, [Of(MirType.I32), Of(MirType.F64), Of(MirType.U8)]));
                break;
            case 8:
                Accumulate();
                break;
            default:
                var op = Binary[_random.Next(Binary.Length)];
                if ((op.Info().Types & Ops.ClassOf(type)) == 0)
                    break;
                var right = Of(type);
                if (op is Op.Div or Op.Rem && type.IsInteger && _random.Next(10) > 0)
                    right = _b.Binary(Op.Or, right, _b.Constant(type, 1));
                Keep(_b.Binary(op, Of(type), right));
                break;
        }
    }

    private static int SizeOf(MirType type) => DataLayout.Flat32.SizeOf(type);

    private Value Table() => _b.Emit(Op.GlobalAddress, MirType.U32, [], new PointerType(MirType.U8), _table);

    /// <summary>Address of an element: checked, or of an index that cannot leave the table.</summary>
    private Value Element(int size, MirType indexType)
    {
        var index = Of(indexType);
        var length = _b.Constant(indexType, TableBytes / size);
        // Now and then an index is left as it is, and mostly traps.
        var isWild = _random.Next(30) == 0;
        if (!isWild)
            index = _b.Binary(Op.And, index, _b.Constant(indexType, TableBytes / size - 1));
        if (isWild || _random.Next(2) == 0)
            index = _b.Emit(Op.Bounds, indexType, [index, length], indexType);
        if (indexType.Bits == 64)
            index = _b.Convert(index, MirType.U32);
        return _b.Emit(Op.PointerAdd, MirType.U32, [Table(), index], new PointerType(MirType.U8), null, size);
    }

    private void Access(MirType type)
    {
        MirType[] indexTypes = [MirType.U8, MirType.U32, MirType.I64, MirType.U16];
        var p = Element(SizeOf(type), indexTypes[_random.Next(indexTypes.Length)]);
        if (_random.Next(2) == 0)
            _b.Emit(Op.MemStore, type, [p, Of(type)], null);
        else
            Keep(_b.Emit(Op.MemLoad, type, [p], type));
        if (_random.Next(3) == 0)
            Keep(_b.Emit(Op.MemLoad, type, [p], type));
    }

    private void Accumulate()
    {
        var f = MirType.F64;
        var p = Element(8, MirType.U8);
        var q = _b.Emit(Op.PointerAdd, MirType.U32, [Table(), _b.Constant(MirType.U32, 1)],
            new PointerType(MirType.U8), null, 8);
        if (_random.Next(2) == 0)
            p = q;
        var old = _b.Emit(Op.MemLoad, f, [p], f);
        var term = _random.Next(2) == 0 ? Of(f) : _b.Binary(Op.Mul, Of(f), _b.Emit(Op.MemLoad, f, [q], f));
        var sum = _b.Binary(_random.Next(2) == 0 ? Op.Add : Op.Sub, old, term);
        _b.Emit(Op.MemStore, f, [p, sum], null);
        if (_random.Next(3) == 0)
            Keep(sum);
    }

    private Value[] Arguments(Block block) => [.. block.Parameters.Select(p => Of(_f.TypeOf(p)))];

    private void End(int blocks)
    {
        Block Any() => _f.Blocks[_random.Next(Math.Min(1, blocks - 1), blocks)];
        var (x, y) = (Any(), Any());
        switch (blocks == 1 ? 9 : _random.Next(_b.Block == _f.Entry ? 5 : 6))
        {
            case 0:
                _b.Jump(x, Arguments(x));
                break;
            case 1 or 2 or 3:
                _b.JumpIf(Of(MirType.Bool), x, Arguments(x), y, Arguments(y));
                break;
            case 4:
                Switch(x, y);
                break;
            default:
                _b.Return(Of(MirType.I64));
                break;
        }
    }

    private void Switch(Block x, Block y)
    {
        var type = Types[_random.Next(9)];
        long[] cases = [.. Enumerable.Range(0, _random.Next(1, 9))
            .Select(n => Constants.Wrap(type, n * _random.Next(1, 4) - 2)).Distinct()];
        var blocks = ImmutableArray.CreateBuilder<Block>();
        var operands = new List<Value> { Of(type) };
        var counts = new List<int>();
        for (var n = 0; n <= cases.Length; n++)
        {
            var to = _random.Next(2) == 0 ? x : y;
            blocks.Add(to);
            var arguments = Arguments(to);
            operands.AddRange(arguments);
            counts.Add(arguments.Length);
        }
        _b.Emit(Op.Switch, type, [.. operands], null, new Successors(blocks.ToImmutable(), [.. counts], [.. cases]));
    }
}
