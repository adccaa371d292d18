namespace MinZ.Mir.Lowering;

/// <content>
/// Interface values: two words, the address of the object and that of a table, which holds the code of the methods in
/// the interface's order.
/// </content>
public sealed partial class FlatMemory
{
    private readonly Dictionary<(MirType Interface, MirType Type), Global> _tables = [];

    /// <summary>
    /// Gives methods that take their object by value an entry that takes its address, as tables need.
    /// </summary>
    private void PrepareImplementations()
    {
        for (var n = 0; n < _module.Implementations.Count; n++)
        {
            var implementation = _module.Implementations[n];
            if (implementation.Methods.All(TakesAddress))
                continue;
            _module.Implementations[n] = implementation with
            {
                Methods = [.. implementation.Methods.Select(m => TakesAddress(m) ? m : MakeMethodEntry(m))],
            };
        }
    }

    private static bool TakesAddress(Function method) =>
        method.Parameters is [var self, ..] && (self.Type.IsAddress || self.Type.IsAggregate);

    private Function MakeMethodEntry(Function method)
    {
        var type = new ReferenceType(method.Parameters[0].Type, true);
        var entry = new Function(FreeName(method.Name + "$method"))
        {
            Parameters = [new Parameter("self", type), .. method.Parameters.Skip(1)], Result = method.Result,
            Location = method.Location,
        };
        _module.Add(entry);
        entry.NewEntry();
        var b = new Builder(entry) { Location = entry.AddLocation(method.Location) }.At(entry.Entry);
        var self = b.Load(Place.Behind(type), [entry.Entry.Parameters[0]]);
        b.Return(b.Call(method, [self, .. entry.Entry.Parameters.Skip(1)]));
        return entry;
    }

    private Global TableOf(MirType contract, MirType type)
    {
        if (_tables.TryGetValue((contract, type), out var known))
            return known;
        var methods = _module.Implementations.Find(i => i.Interface == contract && i.Type == type)?.Methods ?? [];
        // A table without methods still needs an address of its own, which tells the type.
        var global = new Global(FreeName($"{contract}${type}"),
            new ArrayType(CodeAddress, Math.Max(1, methods.Length)))
        {
            IsConst = true,
            Initial = methods.IsEmpty ? new ConstantValue.Zero()
                : new ConstantValue.Aggregate([.. methods.Select(m => new ConstantValue.FunctionValue(m))]),
        };
        return _tables[(contract, type)] = _module.Add(global);
    }

    private Value TableAddress(MirType contract, MirType type)
    {
        var table = TableOf(contract, type);
        return _b.Bitcast(_b.Emit(Op.GlobalAddress, _word, [], new PointerType(table.Type), table), _word);
    }

    private void LowerInterfaceOp(int id)
    {
        var i = _f[id];
        var operand = _f.Operands(id)[0];
        var type = (MirType)i.Payload!;
        switch (i.Op)
        {
            case Op.IfaceMake:
                var address = _b.Bitcast(Scalar(operand), SliceAddress(type));
                _pairs[i.Result.Id] = (address, TableAddress(type, _f.TypeOf(operand).Element!));
                break;
            case Op.IfaceIs:
                _f.Replace(i.Result,
                    _b.Compare(Op.CmpEq, Pair(operand).Length, TableAddress(_f.TypeOf(operand), type)));
                break;
            default:
                var (inner, table) = Pair(operand);
                TrapUnless(_b.Compare(Op.CmpEq, table, TableAddress(_f.TypeOf(operand), type)), TrapCode.WrongVariant);
                _f.Replace(i.Result, _b.Bitcast(inner, _f.TypeOf(i.Result)));
                break;
        }
    }

    /// <summary>
    /// Object, code and signature of a call through an interface. Where one type alone implements it, the callee is
    /// known.
    /// </summary>
    private (Value Self, Value Code, Function? Callee, Signature Signature) InterfaceCallee(int id)
    {
        var method = (MethodRef)_f[id].Payload!;
        var receiver = _f.Operands(id)[0];
        var (self, table) = IsPair(_f.TypeOf(receiver)) ? Pair(receiver)
            : LoadPair(method.Interface, new Home(null, Scalar(receiver), 0));
        TrapUnless(_b.Compare(Op.CmpNe, table, Word(0)), TrapCode.NullReference);
        var declared = TypeMembers.MethodOf(method.Interface, method.Method)!;
        var signature = new Signature(declared.Parameters, declared.Result);
        var known = _module.Implementations.Where(m => m.Interface == method.Interface).Take(2).ToArray();
        if (known is [var only])
        {
            var callee = only.Methods[method.Method];
            return (_b.Bitcast(self, callee.Parameters[0].Type), Value.None, callee, signature);
        }
        var pointer = _b.Bitcast(table, new PointerType(CodeAddress));
        var code = LoadFrom(CodeAddress, new Home(null, pointer, method.Method * _layout.PointerBytes));
        return (self, code, null, signature);
    }
}
