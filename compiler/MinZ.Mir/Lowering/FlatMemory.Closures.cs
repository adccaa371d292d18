namespace MinZ.Mir.Lowering;

/// <content>
/// Function values. Where no value of a function type has captures, a value is the address of code. Else it is the
/// address of a record: code, then captures; whoever calls it passes the record as one more, last argument.
/// </content>
public sealed partial class FlatMemory
{
    /// <summary>Function types whose values are records.</summary>
    private readonly HashSet<MirType> _records = [];

    /// <summary>What the record of a function looks like that is used with captures.</summary>
    private readonly Dictionary<Function, StructType> _closures = [];

    /// <summary>The code that a record of a function leads to.</summary>
    private readonly Dictionary<Function, Function> _entries = [];

    /// <summary>Records of functions without captures.</summary>
    private readonly Dictionary<Function, Global> _plainRecords = [];

    private StructType? _plainRecord;

    /// <summary>
    /// Decides how function values look and makes what their records lead to. The module is still high-level.
    /// </summary>
    private void PrepareFunctionValues()
    {
        var values = new List<(Function Function, MirType Type, int Captures)>();
        var called = new HashSet<Function>();
        foreach (var f in _module.Functions)
            foreach (var block in f.Blocks)
                foreach (var id in block.Instructions)
                {
                    ref var i = ref f[id];
                    if (i.Payload is not FunctionRef target)
                        continue;
                    if (i.Op == Op.Closure)
                        values.Add((target.Function, i.Type, f.Operands(id).Length));
                    else if (i.Op == Op.FuncRef)
                        values.Add((target.Function, f.TypeOf(i.Result), 0));
                    else
                        called.Add(target.Function);
                }
        foreach (var g in _module.Globals)
            Visit(g.Type, g.Initial, (type, function) => values.Add((function, type, 0)));
        _records.UnionWith(values.Where(v => v.Captures > 0).Select(v => v.Type));
        if (_records.Count == 0)
            return;
        _plainRecord = NewRecord([]);
        foreach (var (function, type, captures) in values)
        {
            if (!_records.Contains(type) || _entries.ContainsKey(function))
                continue;
            var shared = called.Contains(function) ||
                values.Any(v => v.Function == function && v.Captures != captures);
            if (captures > 0)
                MakeClosureEntry(function, captures, shared);
            else
                MakePlainEntry(function);
        }
        foreach (var g in _module.Globals)
            g.Initial = WithRecords(g.Type, g.Initial);
    }

    private StructType NewRecord(IEnumerable<MirType> captures)
    {
        var n = 0;
        while (_module.FindType($"closure${n}") is not null)
            n++;
        return _module.Add(new StructType($"closure${n}")
        {
            Fields = [new Field("code", CodeAddress), .. captures.Select((t, k) => new Field($"c{k}", t))],
        });
    }

    /// <summary>Makes a function take its captures out of the record, or another that does this for it.</summary>
    private void MakeClosureEntry(Function function, int captures, bool shared)
    {
        var own = function.Parameters.Length - captures;
        var record = NewRecord(function.Parameters.Skip(own).Select(p => p.Type));
        _closures[function] = record;
        if (shared)
        {
            var entry = NewEntry(function, function.Parameters.Take(own), record, out var b, out var box);
            Value[] passed = [.. entry.Entry.Parameters.Take(own),
                .. Enumerable.Range(1, captures).Select(k => b.Load(Place.Behind(box.Type).Field(k), [box.Value]))];
            Finish(b, b.Call(function, passed));
            _entries[function] = entry;
            return;
        }
        _entries[function] = function;
        var taken = function.Entry.Parameters.Skip(own).ToArray();
        function.Entry.Parameters.RemoveRange(own, captures);
        var environment = function.NewParameter(function.Entry, new BoxType(record), "environment");
        function.Parameters = [.. function.Parameters.Take(own), new Parameter("environment", new BoxType(record))];
        var rest = function.Entry.Instructions.ToArray();
        function.Entry.Instructions.Clear();
        var builder = new Builder(function).At(function.Entry);
        for (var k = 0; k < captures; k++)
            function.Replace(taken[k], builder.Load(Place.Behind(new BoxType(record)).Field(k + 1), [environment]));
        function.Entry.Instructions.AddRange(rest);
        function.ApplyReplacements();
    }

    private void MakePlainEntry(Function function)
    {
        var entry = NewEntry(function, function.Parameters, _plainRecord!, out var b, out _);
        Finish(b, b.Call(function, [.. entry.Entry.Parameters.Take(function.Parameters.Length)]));
        _entries[function] = entry;
        _plainRecords[function] = _module.Add(new Global(FreeName(function.Name + "$record"), _plainRecord!)
        {
            IsConst = true,
            Initial = new ConstantValue.Aggregate([new ConstantValue.FunctionValue(entry)]),
        });
    }

    private Function NewEntry(Function function, IEnumerable<Parameter> parameters, StructType record, out Builder b,
        out (Value Value, MirType Type) box)
    {
        var type = new BoxType(record);
        var entry = new Function(FreeName(function.Name + "$value"))
        {
            Parameters = [.. parameters, new Parameter("environment", type)],
            Result = function.Result, Location = function.Location,
        };
        _module.Add(entry);
        entry.NewEntry();
        box = (entry.Entry.Parameters[^1], type);
        b = new Builder(entry) { Location = entry.AddLocation(function.Location) }.At(entry.Entry);
        return entry;
    }

    private static void Finish(Builder b, Value result) => b.Return(result);

    private string FreeName(string name)
    {
        var free = name;
        for (var n = 2; _module.FindFunction(free) is not null || _module.FindGlobal(free) is not null; n++)
            free = $"{name}${n}";
        return free;
    }

    /// <summary>Calls back for every function in a start value.</summary>
    private static void Visit(MirType type, ConstantValue value, Action<MirType, Function> found)
    {
        switch (value)
        {
            case ConstantValue.FunctionValue f:
                found(type, f.Function);
                break;
            case ConstantValue.Aggregate a:
                for (var i = 0; i < a.Items.Length; i++)
                    Visit(type is ArrayType ? type.Element! : Place.FieldType(type, i), a.Items[i], found);
                break;
            case ConstantValue.Enum e:
                for (var i = 0; i < e.Payload.Length; i++)
                    Visit(((EnumType)type).Variants[e.Variant].Payload[i], e.Payload[i], found);
                break;
        }
    }

    /// <summary>A start value in which functions are records where their type asks for it.</summary>
    private ConstantValue WithRecords(MirType type, ConstantValue value) => value switch
    {
        ConstantValue.FunctionValue f when _records.Contains(type) =>
            new ConstantValue.Address(_plainRecords[f.Function], 0),
        ConstantValue.Aggregate a => new ConstantValue.Aggregate([.. a.Items.Select((item, i) =>
            WithRecords(type is ArrayType ? type.Element! : Place.FieldType(type, i), item))]),
        ConstantValue.Enum e => e with
        {
            Payload = [.. e.Payload.Select((item, i) =>
                WithRecords(((EnumType)type).Variants[e.Variant].Payload[i], item))],
        },
        _ => value,
    };

    /// <summary><c>func.ref</c> and <c>closure</c>.</summary>
    private void LowerFunctionValue(int id)
    {
        var i = _f[id];
        var type = i.Op == Op.Closure ? i.Type : _f.TypeOf(i.Result);
        var function = ((FunctionRef)i.Payload!).Function;
        var captures = _f.Operands(id).ToArray();
        if (!_records.Contains(type))
        {
            if (i.Op == Op.FuncRef)
                Keep(id);
            else
                _f.Replace(i.Result, _b.Emit(Op.FuncRef, CodeAddress, [], CodeAddress, i.Payload));
            return;
        }
        if (captures.Length == 0)
        {
            var global = _plainRecords[function];
            var address = _b.Emit(Op.GlobalAddress, _word, [], new PointerType(global.Type), global);
            Become(i.Result, type, _b.Bitcast(address, LowerScalar(type)));
            return;
        }
        var record = _closures[function];
        var box = _b.Emit(Op.New, record, [], new BoxType(record), null, _layout.SizeOf(record));
        var home = new Home(null, box, 0);
        StoreTo(CodeAddress, home,
            _b.Emit(Op.FuncRef, CodeAddress, [], CodeAddress, _entries[function].Reference));
        for (var k = 0; k < captures.Length; k++)
            StoreValue(record.Fields[k + 1].Type, Behind(home, _layout.OffsetOf(record, k + 1)), captures[k]);
        Become(i.Result, type, _b.Bitcast(box, LowerScalar(type)));
    }

    /// <summary>A function value that is another value from now on; calls of it must still know its type.</summary>
    private void Become(Value result, MirType type, Value value)
    {
        Remember(value, type);
        _f.Replace(result, value);
    }

    /// <summary>The code of a function value that is a record.</summary>
    private Value CodeOf(Value record)
    {
        TrapUnless(_b.Compare(Op.CmpNe, record, ZeroOf(_f.TypeOf(record))), TrapCode.NullReference);
        return LoadFrom(CodeAddress, new Home(null, record, 0));
    }
}
