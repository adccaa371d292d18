using System.Collections.Immutable;

namespace MinZ.Mir.Lowering;

/// <summary>
/// Brings every <c>spawn</c> of a function into the form threads are started in: arguments that are scalars or handles,
/// no result. Other arguments travel in a box, which a function of the thread takes apart; a wanted result becomes a
/// channel that the thread reports its end on.
/// </summary>
internal sealed class ThreadStarts
{
    private readonly Module _module;
    private readonly Dictionary<(Function, bool Reports), Function> _starts = [];

    private static readonly ChannelType Report = new(MirType.Str);

    private readonly DataLayout _layout;

    private ThreadStarts(Module module, DataLayout layout) => (_module, _layout) = (module, layout);

    /// <summary>Changes a module of high-level MIR in place.</summary>
    public static void Lower(Module module, DataLayout layout)
    {
        var lowering = new ThreadStarts(module, layout);
        foreach (var f in module.Functions.ToArray())
            if (f.Blocks.Any(b => b.Instructions.Any(id => f[id] is { Op: Op.Spawn, Payload: FunctionRef })))
                lowering.LowerFunction(f);
    }

    private void LowerFunction(Function f)
    {
        var b = new Builder(f);
        b.Rebuild(id =>
        {
            if (f[id] is { Op: Op.Spawn, Payload: FunctionRef target })
                LowerSpawn(b, id, target.Function);
            else
                b.Keep(id);
        });
    }

    private void LowerSpawn(Builder b, int id, Function target)
    {
        var f = b.Function;
        var result = f[id].Result;
        var isPlain = TakesWords(target, false) &&
            (target.Result.Kind == TypeKind.Void || IsWord(target.Result));
        if (isPlain && !result.IsValid)
        {
            b.Block.Instructions.Add(id);
            return;
        }
        var arguments = f.Operands(id).ToImmutableArray();
        if (result.IsValid)
        {
            var channel = b.Emit(Op.ChanNew, MirType.Str, [f.Constant(MirType.U16, 1)], Report);
            arguments = arguments.Insert(0, channel);
            f.Replace(result, channel);
        }
        if (arguments.Length > 0 && !TakesWords(target, result.IsValid))
        {
            var tuple = new TupleType(Packed(target, result.IsValid));
            var made = b.Emit(Op.TupleMake, tuple, arguments.AsSpan(), tuple);
            arguments = [b.Emit(Op.New, tuple, [made], new BoxType(tuple))];
        }
        b.Emit(Op.Spawn, MirType.Void, arguments.AsSpan(), null, Start(target, result.IsValid).Reference);
    }

    /// <summary>Types of what a thread is given: the channel for the report, if any, and the parameters.</summary>
    private static ImmutableArray<MirType> Packed(Function target, bool reports) =>
        [.. reports ? [Report] : ImmutableArray<MirType>.Empty, .. target.Parameters.Select(p => p.Type)];

    /// <summary>
    /// True when nothing need be packed. Where addresses have 16 bits, a thread starts with one word.
    /// </summary>
    private bool TakesWords(Function target, bool reports) => Packed(target, reports) is var types &&
        types.All(IsWord) && (_layout.PointerBytes > 2 || types.Length == 0 ||
            (types.Length == 1 && _layout.SizeOf(types[0]) == 2));

    /// <summary>True for what is one word or scalar after lowering.</summary>
    private static bool IsWord(MirType type) =>
        !type.IsAggregate && type.Kind is not (TypeKind.Slice or TypeKind.Interface);

    /// <summary>The function a thread starts with to call another one.</summary>
    private Function Start(Function target, bool reports)
    {
        if (_starts.TryGetValue((target, reports), out var known))
            return known;
        var start = new Function(FreeName(target.Name + (reports ? "$watched" : "$spawn")))
        {
            Location = target.Location,
        };
        var entry = start.NewEntry();
        var parameters = ImmutableArray.CreateBuilder<Parameter>();
        Value Parameter(string name, MirType type)
        {
            parameters.Add(new Parameter(name, type));
            return start.NewParameter(entry, type, name);
        }
        var b = new Builder(start).At(entry);
        var types = Packed(target, reports);
        Value[] given;
        if (TakesWords(target, reports))
        {
            given = [.. types.Select((t, n) => Parameter(n < types.Length - target.Parameters.Length ? "end$"
                : target.Parameters[n - types.Length + target.Parameters.Length].Name, t))];
        }
        else
        {
            var box = new BoxType(new TupleType(types));
            var packed = Parameter("arguments$", box);
            given = [.. types.Select((_, n) => b.Load(Place.Behind(box).Field(n), [packed]))];
        }
        if (reports)
            b.Emit(Op.ThreadReport, MirType.Void, [given[0]], null);
        var arguments = given[(reports ? 1 : 0)..];
        b.Emit(Op.Call, target.Result, arguments, target.Result, target.Reference);
        b.Return();
        start.Parameters = parameters.ToImmutable();
        _module.Add(start);
        return _starts[(target, reports)] = start;
    }

    private string FreeName(string name)
    {
        while (_module.FindFunction(name) is not null)
            name += "$";
        return name;
    }
}
