using System.Collections.Immutable;

namespace MinZ.Mir.Lowering;

/// <summary>
/// Takes 64-bit integers apart for targets whose widest integer has 32 bits. Every u64 or i64 value becomes two of u32,
/// the low half first: parameters, arguments, values in memory. A function's 64-bit result is its low half; the high
/// half is in a global that the caller reads next, and that interrupt handlers put back.
/// </summary>
public sealed partial class WideIntegers
{
    private readonly Module _module;
    private readonly RuntimeFunctions _runtime;
    private readonly List<LoweringError> _errors = [];
    private readonly Dictionary<int, Halves> _halves = [];
    private Global? _high;
    private Function _f = null!;
    private Builder _b = null!;

    private WideIntegers(Module module, RuntimeFunctions runtime) => (_module, _runtime) = (module, runtime);

    /// <summary>A 64-bit value: two of type u32.</summary>
    private readonly record struct Halves(Value Low, Value High);

    /// <summary>
    /// Lowers a module in place, which <see cref="FlatMemory"/> has lowered and which has no floats left. On errors the
    /// module is of no further use.
    /// </summary>
    public static IReadOnlyList<LoweringError> Lower(Module module, RuntimeFunctions runtime)
    {
        var lowering = new WideIntegers(module, runtime);
        // Runtime functions join the list while it is worked on.
        for (var n = 0; n < module.Functions.Count; n++)
            lowering.LowerFunction(module.Functions[n]);
        if (lowering._high is { } high)
            foreach (var f in module.Functions.Where(f => f.Is(FunctionFlags.Interrupt) && !f.IsExtern))
                KeepGlobal(f, high);
        module.Layout = module.Layout! with { WidestInteger = 4 };
        return lowering._errors;
    }

    private static bool IsWide(MirType type) => type.Kind is TypeKind.U64 or TypeKind.I64;

    /// <summary>Name of the global that the high half of a result travels in. Interrupt handlers keep it.</summary>
    public const string HighHalf = "$high";

    private Global High => _high ??= _module.Add(new Global(HighHalf, MirType.U32));

    private void LowerFunction(Function f)
    {
        if (!f.Parameters.Any(p => IsWide(p.Type)) && !IsWide(f.Result) && !HoldsWide(f))
            return;
        _f = f;
        _b = new Builder(f);
        _halves.Clear();
        f.Parameters = [.. f.Parameters.SelectMany(p => IsWide(p.Type)
            ? ImmutableArray.Create(new Parameter(p.Name, MirType.U32), new Parameter(p.Name + ".high", MirType.U32))
            : [p])];
        var isWide = IsWide(f.Result);
        if (isWide)
            f.Result = MirType.U32;
        if (f.IsExtern)
            return;
        var cfg = new Cfg(f);
        f.Blocks.RemoveAll(b => !cfg.IsReachable(b));
        f.Renumber();
        foreach (var block in f.Blocks)
            SplitParameters(block);
        var bodies = cfg.ReversePostorder.Select(b => (Block: b, Body: b.Instructions.ToArray())).ToArray();
        foreach (var (block, _) in bodies)
            block.Instructions.Clear();
        foreach (var (block, body) in bodies)
        {
            _b.At(block);
            foreach (var id in body)
            {
                _b.Location = f[id].Location;
                LowerInstruction(id, isWide);
            }
        }
        f.ApplyReplacements();
        f.Renumber();
    }

    private static bool HoldsWide(Function f)
    {
        foreach (var block in f.Blocks)
        {
            if (block.Parameters.Any(p => IsWide(f.TypeOf(p))))
                return true;
            foreach (var id in block.Instructions)
            {
                if (IsWide(f[id].Type) || f[id].Result.IsValid && IsWide(f.TypeOf(f[id].Result)))
                    return true;
                foreach (var v in f.Operands(id))
                    if (IsWide(f.TypeOf(v)))
                        return true;
            }
        }
        return false;
    }

    private void SplitParameters(Block block)
    {
        var old = block.Parameters.ToArray();
        block.Parameters.Clear();
        foreach (var p in old)
        {
            if (!IsWide(_f.TypeOf(p)))
            {
                block.Parameters.Add(p);
                continue;
            }
            var name = _f[p].Name;
            _halves[p.Id] = new Halves(_f.NewParameter(block, MirType.U32, name),
                _f.NewParameter(block, MirType.U32, name is null ? null : name + ".high"));
        }
    }

    // A handler may come between a function's end and its caller's look at the high half.
    private static void KeepGlobal(Function f, Global global)
    {
        var b = new Builder(f);
        var type = new PointerType(global.Type);
        var body = f.Entry.Instructions.ToArray();
        f.Entry.Instructions.Clear();
        b.At(f.Entry);
        var address = b.Emit(Op.GlobalAddress, type, [], type, global);
        var saved = b.Emit(Op.MemLoad, global.Type, [address], global.Type);
        f.Entry.Instructions.AddRange(body);
        foreach (var block in f.Blocks)
        {
            var last = f.TerminatorOf(block);
            if (f[last].Op != Op.Ret)
                continue;
            block.Instructions.RemoveAt(block.Instructions.Count - 1);
            b.At(block);
            b.Emit(Op.MemStore, global.Type, [b.Emit(Op.GlobalAddress, type, [], type, global), saved], null);
            block.Instructions.Add(last);
        }
    }

    private Value U32(long bits) => _f.Constant(MirType.U32, bits);

    private Halves Of(Value v)
    {
        v = _f.Resolve(v);
        if (_halves.TryGetValue(v.Id, out var halves))
            return halves;
        return _f.TryConstant(v, out var bits) ? new Halves(U32(bits), U32(bits >> 32))
            : throw new InvalidOperationException($"{_f.Name}: a 64-bit value without halves");
    }

    private bool IsZero(Value v) => _f.TryConstant(v, out var bits) && bits == 0;

    /// <summary>Operands with 64-bit ones replaced by their halves.</summary>
    private List<Value> Flatten(ReadOnlySpan<Value> operands)
    {
        var list = new List<Value>(operands.Length + 2);
        foreach (var v in operands)
        {
            if (IsWide(_f.TypeOf(_f.Resolve(v))))
                list.AddRange([Of(v).Low, Of(v).High]);
            else
                list.Add(v);
        }
        return list;
    }

    private Value HighAddress()
    {
        var type = new PointerType(MirType.U32);
        return _b.Emit(Op.GlobalAddress, type, [], type, High);
    }

    /// <summary>Calls a runtime function with a 64-bit result.</summary>
    private Halves CallWide(string name, params ReadOnlySpan<Value> arguments)
    {
        var callee = _runtime[name];
        var low = _b.Emit(Op.Call, MirType.U32, arguments, MirType.U32, callee.Reference);
        return new Halves(low, _b.Emit(Op.MemLoad, MirType.U32, [HighAddress()], MirType.U32));
    }

    /// <summary>Goes on in a new block when the condition holds, and traps otherwise.</summary>
    private void TrapUnless(Value condition, TrapCode code)
    {
        var trap = _f.NewBlock($"$wide{_f.Blocks.Count}");
        var next = _f.NewBlock($"$wide{_f.Blocks.Count}");
        _b.JumpIf(condition, next, trap);
        _b.At(trap);
        _b.Trap(code);
        _b.At(next);
    }
}
