using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>
/// Decides what addresses are. A managed pointer (byref) can be passed and followed, no more. Address types the program
/// computes with, stores, or makes from integers are raw: integers into <c>RawMemory</c>; and so live there all slots
/// and
/// globals whose address is taken as such a type. The decision is one per kind of address and type behind it, so that
/// signatures alone tell; it grows until nothing contradicts it.
/// </summary>
internal sealed class ClrResidence
{
    /// <summary>
    /// Layout of raw memory: 32-bit addresses, nothing padded, as on the machines raw structures describe.
    /// </summary>
    public static DataLayout Layout { get; } = new(4, 1, 4);

    private readonly HashSet<(bool Pointer, MirType Behind)> _types = [];
    private readonly HashSet<Local> _locals = [];
    private readonly HashSet<Global> _globals = [];
    private readonly HashSet<MirType> _visited = [];
    private readonly ClrMessages _messages;
    private bool _changed;

    public ClrResidence(Module module, ClrMessages messages)
    {
        _messages = messages;
        foreach (var t in module.Types)
            Stored(t, t.Location);
        foreach (var g in module.Globals)
        {
            if (g.Type.IsAddress || g.Address is not null)
                AddRoot(g);
            Stored(g.Type, g.Location);
            AddressesIn(g.Initial);
        }
        var functions = module.Functions.Where(f => !f.IsExtern && f.TypeParameters.IsEmpty).ToList();
        foreach (var f in functions)
            Seed(f);
        do
        {
            _changed = false;
            foreach (var f in functions)
                Propagate(f, null);
        }
        while (_changed);
        foreach (var f in functions)
            Propagate(f, _messages);
        foreach (var g in _globals)
            RequireRaw(g.Type, $"global '{g.Name}'", g.Location);
        foreach (var f in functions)
            foreach (var l in f.Locals.Where(_locals.Contains))
                RequireRaw(l.Type, $"variable '{l.Name}'", l.Location.IsKnown ? l.Location : f.Location);
    }

    /// <summary>
    /// True for address types that are integers into raw memory; references and pointers that are not are byrefs.
    /// </summary>
    public bool IsRaw(MirType type) => type.Kind is TypeKind.Pointer or TypeKind.Reference &&
        _types.Contains((type.Kind == TypeKind.Pointer, type.Element!));

    /// <summary>True for address types that are managed pointers.</summary>
    public bool IsByRef(MirType type) => type.Kind is TypeKind.Pointer or TypeKind.Reference && !IsRaw(type);

    public bool IsRaw(Local local) => _locals.Contains(local);

    public bool IsRaw(Global global) => _globals.Contains(global);

    /// <summary>
    /// True when a place lies in raw memory. <paramref name="operands"/>: of the instruction, the place's first.
    /// </summary>
    public bool IsRaw(Function f, Place place, ReadOnlySpan<Value> operands) => place.Base switch
    {
        PlaceBase.Local => IsRaw(place.Local!),
        PlaceBase.Global => IsRaw(place.Global!),
        PlaceBase.Value => IsRaw(f.TypeOf(operands[0])),
    };

    private void AddRoot(Global g)
    {
        if (g.Address is not null)
            _globals.Add(g);
        Add(g.Type);
    }

    /// <summary>Globals whose address a start value holds are raw.</summary>
    private void AddressesIn(ConstantValue value)
    {
        switch (value)
        {
            case ConstantValue.Address a:
                _globals.Add(a.Global);
                break;
            case ConstantValue.Aggregate a:
                foreach (var item in a.Items)
                    AddressesIn(item);
                break;
            case ConstantValue.Enum e:
                foreach (var item in e.Payload)
                    AddressesIn(item);
                break;
        }
    }

    private void Add(MirType type)
    {
        if (type.Kind is TypeKind.Pointer or TypeKind.Reference)
            _changed |= _types.Add((type.Kind == TypeKind.Pointer, type.Element!));
    }

    /// <summary>Address types that are part of something in memory are raw.</summary>
    private void Stored(MirType type, SourceLocation location)
    {
        if (!_visited.Add(type))
            return;
        IEnumerable<MirType> parts = type switch
        {
            StructType s => s.Fields.Select(f => f.Type),
            TupleType t => t.Items,
            EnumType e => e.Variants.SelectMany(v => v.Payload),
            FunctionType f => f.Parameters.Append(f.Result),
            { Element: { } e } => [e],
            _ => [],
        };
        foreach (var part in parts)
        {
            Add(part);
            Stored(part, location);
        }
    }

    private void Seed(Function f)
    {
        foreach (var p in f.Parameters)
            Stored(p.Type, f.Location);
        Stored(f.Result, f.Location);
        foreach (var l in f.Locals)
            Stored(l.Type, f.Location);
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
                Seed(f, id);
    }

    private void Seed(Function f, int id)
    {
        ref var i = ref f[id];
        var operands = f.Operands(id);
        if (i.Result.IsValid)
            Stored(f.TypeOf(i.Result), default);
        switch (i.Op)
        {
            case Op.Bitcast when f.TypeOf(operands[0]) is var from && !Alike(from, i.Type):
                Add(from);
                if (!OnlyPoked(f, i.Result))
                    Add(i.Type);
                break;
            case Op.StrPtr or Op.None:
                Add(f.TypeOf(i.Result));
                break;
            case Op.CmpLt or Op.CmpLe or Op.CmpGt or Op.CmpGe:
                Add(i.Type);
                break;
            case Op.Peek or Op.Poke when !IsCast(f, operands[0]):
                Add(f.TypeOf(operands[0]));
                break;
            case Op.Asm or Op.Native or Op.Syscall or Op.Closure or Op.CallIndirect or Op.Spawn or Op.ActorSend
                or Op.ActorAsk:
                foreach (var o in operands)
                    Add(f.TypeOf(o));
                break;
        }
        if (i.Payload is Place place)
            Indexed(f, place, operands);
        if (i.Payload is PlacePair pair)
        {
            Indexed(f, pair.To, operands);
            Indexed(f, pair.From, operands[pair.To.OperandCount..]);
        }
    }

    /// <summary>A pointer that is indexed is raw.</summary>
    private void Indexed(Function f, Place place, ReadOnlySpan<Value> operands)
    {
        if (place.Base == PlaceBase.Value && place.Path is [{ Kind: ProjectionKind.Index }, ..] &&
            f.TypeOf(operands[0]).Kind == TypeKind.Pointer)
            Add(f.TypeOf(operands[0]));
    }

    private static bool Alike(MirType a, MirType b) =>
        a.Kind is TypeKind.Pointer or TypeKind.Reference && b.Kind is TypeKind.Pointer or TypeKind.Reference &&
        a.Element == b.Element;

    /// <summary>True for a pointer made of an integer on the spot.</summary>
    public static bool IsCast(Function f, Value v) => f[v].Kind == ValueKind.Instruction &&
        f[f[v].Index] is { Op: Op.Bitcast } cast &&
        f.TypeOf(f.Operands(f[v].Index)[0]).IsNumeric && cast.Type.IsAddress;

    private static bool OnlyPoked(Function f, Value pointer)
    {
        if (!IsCast(f, pointer))
            return false;
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
            {
                var operands = f.Operands(id);
                for (var n = 0; n < operands.Length; n++)
                    if (operands[n] == pointer && !(f[id].Op is Op.Peek or Op.Poke && n == 0))
                        return false;
            }
        return true;
    }

    /// <summary>Makes addresses and what they point to agree; with messages, reports where they cannot.</summary>
    private void Propagate(Function f, ClrMessages? report)
    {
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
            {
                ref var i = ref f[id];
                var operands = f.Operands(id);
                if (i.Op == Op.Bitcast && Alike(f.TypeOf(operands[0]), i.Type))
                    Unify(f.TypeOf(operands[0]), i.Type);
                else if (i.Op is Op.Ref or Op.RefMut or Op.AddressOf)
                    Address(f, id, (Place)i.Payload!, report);
                else if (i.Op == Op.SliceOf && report is not null && IsRaw(f, (Place)i.Payload!, operands))
                    report.Add(ClrMessages.RawAddress, "a slice over an array in raw memory cannot be made on clr",
                        "pass the array itself or copy it into one whose address is not computed with",
                        LocationOf(f, id));
            }
    }

    private void Unify(MirType a, MirType b)
    {
        if (IsRaw(a) || IsRaw(b))
        {
            Add(a);
            Add(b);
        }
    }

    private void Address(Function f, int id, Place place, ClrMessages? report)
    {
        var operands = f.Operands(id);
        var result = f.TypeOf(f[id].Result);
        if (IsRaw(f, place, operands))
            Add(result);
        if (!IsRaw(result))
            return;
        switch (place.Base)
        {
            case PlaceBase.Local:
                _changed |= _locals.Add(place.Local!);
                break;
            case PlaceBase.Global:
                _changed |= _globals.Add(place.Global!);
                break;
            case PlaceBase.Value when f.TypeOf(operands[0]) is { Kind: TypeKind.Pointer or TypeKind.Reference } address:
                Add(address);
                break;
            case PlaceBase.Value:
                report?.Add(ClrMessages.RawAddress,
                    $"the address of an element of {f.TypeOf(operands[0])} cannot be stored or computed with on clr",
                    $"use an index, or keep the elements in a global array", LocationOf(f, id));
                break;
        }
    }

    private void RequireRaw(MirType type, string what, SourceLocation location)
    {
        if (!Fits(type))
            _messages.Add(ClrMessages.RawAddress,
                $"{what} of type {type} holds objects, so its address cannot be stored or computed with on clr",
                "pass a reference instead of storing the address", location);
    }

    private bool Fits(MirType type) => type switch
    {
        StructType s => s.Fields.All(f => Fits(f.Type)),
        TupleType t => t.Items.All(Fits),
        EnumType e => e.Variants.All(v => v.Payload.All(Fits)),
        ArrayType a => Fits(a.Element),
        _ => type.IsNumeric || IsRaw(type),
    };

    public static SourceLocation LocationOf(Function f, int id) =>
        f.Locations[f[id].Location].Location is { IsKnown: true } known ? known : f.Location;
}
