using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>
/// Decides what address types are. By default they are managed: pointers or objects of the runtime, see
/// <see cref="ClrReferences"/>. Address types the program computes with or makes from integers are raw: integers into
/// <c>RawMemory</c>; and so live there all slots and globals whose address is taken as such a type. The decision is one
/// per kind of address and type behind it, so that signatures alone tell; it grows until nothing contradicts it.
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
    private readonly HashSet<(Function, int)> _nullTests = [];
    private readonly ClrMessages _messages;
    private bool _changed;

    public ClrResidence(Module module, ClrMessages messages)
    {
        _messages = messages;
        _globals.UnionWith(module.Globals.Where(g => g.Address is not null));
        var functions = module.Functions.Where(f => !f.IsExtern && f.TypeParameters.IsEmpty).ToList();
        foreach (var f in functions)
        {
            FindNullTests(f);
            foreach (var block in f.Blocks)
                foreach (var id in block.Instructions)
                    Seed(f, id);
        }
        do
        {
            _changed = false;
            foreach (var g in module.Globals)
                AddressesIn(g.Initial, g.Type);
            foreach (var f in functions)
                Propagate(f, null);
            foreach (var type in _types.Select(t => t.Behind).Concat(_locals.Select(l => l.Type))
                .Concat(_globals.Select(g => g.Type)).ToList())
                AddParts(type);
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

    /// <summary>True for address types that are integers into raw memory.</summary>
    public bool IsRaw(MirType type) => type.Kind is TypeKind.Pointer or TypeKind.Reference &&
        _types.Contains((type.Kind == TypeKind.Pointer, type.Element!));

    /// <summary>True for references and pointers that are managed.</summary>
    public bool IsManaged(MirType type) => type.Kind is TypeKind.Pointer or TypeKind.Reference && !IsRaw(type);

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

    /// <summary>True for a bitcast that makes an integer of an address only to see whether it is 0.</summary>
    public bool IsNullTest(Function f, int id) => _nullTests.Contains((f, id));

    /// <summary>Globals whose address a start value holds as a number are raw.</summary>
    private void AddressesIn(ConstantValue value, MirType type)
    {
        switch (value)
        {
            case ConstantValue.Address a when a.Offset != 0 || !IsAddressOf(type, a.Global) || IsRaw(type) ||
                IsRaw(a.Global):
                Add(type);
                _changed |= _globals.Add(a.Global);
                break;
            case ConstantValue.TextPointer:
                Add(type);
                break;
            case ConstantValue.Aggregate a:
                for (var n = 0; n < a.Items.Length; n++)
                    AddressesIn(a.Items[n], type is ArrayType ? type.Element! : Place.FieldType(type, n));
                break;
            case ConstantValue.Enum e:
                for (var n = 0; n < e.Payload.Length; n++)
                    AddressesIn(e.Payload[n], ((EnumType)type).Variants[e.Variant].Payload[n]);
                break;
        }
    }

    /// <summary>True for the type of an address of a whole global or of the first element of an array.</summary>
    public static bool IsAddressOf(MirType type, Global global) =>
        type.Kind is TypeKind.Pointer or TypeKind.Reference &&
        (type.Element == global.Type || global.Type is ArrayType { Length: > 0 } a && a.Element == type.Element);

    private void Add(MirType type)
    {
        if (type.Kind is TypeKind.Pointer or TypeKind.Reference)
            _changed |= _types.Add((type.Kind == TypeKind.Pointer, type.Element!));
    }

    /// <summary>Addresses inside of what lies in raw memory are raw.</summary>
    private void AddParts(MirType type)
    {
        switch (type)
        {
            case StructType s:
                foreach (var field in s.Fields)
                    AddParts(field.Type);
                break;
            case TupleType t:
                foreach (var item in t.Items)
                    AddParts(item);
                break;
            case EnumType e:
                foreach (var item in e.Variants.SelectMany(v => v.Payload))
                    AddParts(item);
                break;
            case ArrayType a:
                AddParts(a.Element);
                break;
            default:
                Add(type);
                break;
        }
    }

    private void FindNullTests(Function f)
    {
        var others = new HashSet<Value>();
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
            {
                var o = f.Operands(id);
                for (var n = 0; n < o.Length; n++)
                    if (!(f[id].Op is Op.CmpEq or Op.CmpNe && f.TryConstant(o[1 - n], out var zero) && zero == 0))
                        others.Add(o[n]);
            }
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
                if (f[id] is { Op: Op.Bitcast } cast && cast.Type.IsInteger && !others.Contains(cast.Result) &&
                    f.TypeOf(f.Operands(id)[0]).IsAddress)
                    _nullTests.Add((f, id));
    }

    private void Seed(Function f, int id)
    {
        ref var i = ref f[id];
        var operands = f.Operands(id);
        switch (i.Op)
        {
            case Op.Bitcast when f.TypeOf(operands[0]) is var from && !Alike(from, i.Type) && !IsNullTest(f, id):
                Add(from);
                if (!OnlyPoked(f, i.Result))
                    Add(i.Type);
                break;
            case Op.StrPtr:
                Add(f.TypeOf(i.Result));
                break;
            case Op.CmpLt or Op.CmpLe or Op.CmpGt or Op.CmpGe:
                Add(i.Type);
                break;
            case Op.Peek or Op.Poke when !IsCast(f, operands[0]):
                Add(f.TypeOf(operands[0]));
                break;
            case Op.Asm or Op.Native or Op.Syscall:
                foreach (var o in operands)
                    Add(f.TypeOf(o));
                break;
        }
    }

    /// <summary>
    /// True for types whose values are taken for each other without computing: references and pointers to the same
    /// type, boxes of it, and actors, whose handles are references to their state.
    /// </summary>
    public static bool Alike(MirType a, MirType b) => a.Kind == TypeKind.Actor || b.Kind == TypeKind.Actor ||
        a.IsAddress && b.IsAddress && a.Element == b.Element;

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
                    Unify(f, id, f.TypeOf(operands[0]), i.Type, report);
                else if (i.Op is Op.Ref or Op.RefMut or Op.AddressOf)
                    Address(f, id, (Place)i.Payload!, report);
                else if (report is not null && i.Payload is Place place && IsRaw(f, place, operands))
                    Check(f, id, place, report);
            }
    }

    private void Check(Function f, int id, Place place, ClrMessages report)
    {
        if (f[id].Op == Op.SliceOf && place.Type.Element!.Kind != TypeKind.U8)
            report.Add(ClrMessages.RawAddress, $"a slice over {place.Type} in raw memory cannot be made on clr",
                "pass the array itself or copy it into one whose address is not computed with", LocationOf(f, id));
        else if (f[id].Op != Op.SliceOf && !Fits(place.Type))
            report.Add(ClrMessages.RawAddress, $"a value of type {place.Type} cannot be in raw memory on clr",
                "keep it in a variable whose address is not computed with", LocationOf(f, id));
    }

    private void Unify(Function f, int id, MirType a, MirType b, ClrMessages? report)
    {
        if (!IsRaw(a) && !IsRaw(b))
            return;
        Add(a);
        Add(b);
        if (a.Kind is TypeKind.Box or TypeKind.Actor || b.Kind is TypeKind.Box or TypeKind.Actor)
            report?.Add(ClrMessages.RawAddress,
                $"a {a} cannot be taken as a {b} on clr, which the program computes with",
                "take a reference whose type is not computed with", LocationOf(f, id));
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
                    $"the address of an element of {f.TypeOf(operands[0])} cannot be computed with on clr",
                    $"use an index, or keep the elements in a global array", LocationOf(f, id));
                break;
        }
    }

    private void RequireRaw(MirType type, string what, SourceLocation location)
    {
        if (!Fits(type))
            _messages.Add(ClrMessages.RawAddress,
                $"{what} of type {type} holds objects, so its address cannot be computed with on clr",
                "pass a reference instead of computing with the address", location);
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
