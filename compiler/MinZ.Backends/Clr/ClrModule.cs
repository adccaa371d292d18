using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using MinZ.Mir;
using Module = MinZ.Mir.Module;
using TypeDefinition = MinZ.Mir.TypeDefinition;

namespace MinZ.Backends.Clr;

/// <summary>
/// An assembly in the making. Rows come in this order: the support code, the module's class with its globals and
/// functions, the module's types nested in it with their methods, and last a class of helpers that grows while code is
/// emitted.
/// </summary>
internal sealed partial class ClrModule
{
    private const string HelpersName = "$Helpers";
    private readonly MetadataBuilder _metadata = new();
    private readonly BlobBuilder _code = new();
    private readonly MethodBodyStreamEncoder _bodies;
    private readonly ClrRuntimeImage _runtime = new();
    private readonly Dictionary<Global, FieldDefinitionHandle> _fields = [];
    private readonly Dictionary<Function, ClrFunction> _functions = [];
    private readonly List<ClrFunction> _order = [];
    private readonly Queue<(BlobHandle Signature, string Name, Action<ClrBody> Emit)> _helpers = [];
    private readonly Dictionary<StringConstant, FieldDefinitionHandle> _literals = [];
    private int _nextHelper, _nextHelperField, _nextParameter;

    public ClrModule(Module module, EmitOptions options, ClrResidence residence,
        Dictionary<ActorType, StructType> actors, ClrMessages messages)
    {
        (Module, Options, Residence, Messages) = (module, options, residence, messages);
        References = new ClrReferences(module, residence);
        _bodies = new MethodBodyStreamEncoder(_code);
        _runtime.CopyInto(_metadata, _code);
        Objects = new ClrObjects(this);
        Types = new ClrTypes(this, _metadata, _runtime, Objects.Types, actors);
        Copies = new ClrCopies(this);
        Raw = new ClrRaw(this);
        Recursive = ClrCallGraph.FindRecursive(module);
        HasThreads = module.Functions.Any(f => f.Blocks.Any(b => b.Instructions.Any(id => f[id].Op == Op.Spawn)));
    }

    public Module Module { get; }
    public EmitOptions Options { get; }
    public ClrResidence Residence { get; }
    public ClrReferences References { get; }
    public ClrMessages Messages { get; }
    public ClrObjects Objects { get; }
    public ClrTypes Types { get; }
    public ClrCopies Copies { get; }
    public ClrRaw Raw { get; }
    public ClrSymbols Symbols { get; private set; } = null!;

    /// <summary>True when the program starts threads: its loops then give way now and then.</summary>
    public bool HasThreads { get; }

    /// <summary>Functions that may call themselves: they watch the stack.</summary>
    public HashSet<Function> Recursive { get; }

    /// <summary>A method of the support code by IL parameter types.</summary>
    public MethodDefinitionHandle Runtime(string type, string name, string parameters) =>
        _runtime.Method(type, name, parameters);

    /// <summary>The only method of this name in the support code.</summary>
    public MethodDefinitionHandle Runtime(string type, string name) => _runtime.Method(type, name);

    /// <summary>The method a function became; null when it is generic.</summary>
    public ClrFunction? MethodOf(Function f) => _functions.GetValueOrDefault(f);

    /// <summary>The static field of a global that lives on the managed side.</summary>
    public FieldDefinitionHandle FieldOf(Global g) => _fields[g];

    /// <summary>Adds a helper method; its body is made later.</summary>
    public MethodDefinitionHandle AddHelper(string name, BlobHandle signature, Action<ClrBody> emit)
    {
        _helpers.Enqueue((signature, name, emit));
        return MetadataTokens.MethodDefinitionHandle(_nextHelper++);
    }

    /// <summary>The static field that holds a string literal.</summary>
    public FieldDefinitionHandle Literal(StringConstant text)
    {
        if (!_literals.TryGetValue(text, out var field))
        {
            field = MetadataTokens.FieldDefinitionHandle(_nextHelperField++);
            _literals.Add(text, field);
        }
        return field;
    }

    /// <summary>Handle of a string in IL.</summary>
    public UserStringHandle UserString(string text) => _metadata.GetOrAddUserString(text);

    /// <summary>Makes the assembly and its symbols.</summary>
    public (ImmutableArray<byte> Image, ImmutableArray<byte> Symbols) Write()
    {
        var (ns, name) = ClrNames.OfModule(Module.Name);
        foreach (var f in Module.Functions)
            if (f.TypeParameters.IsEmpty)
                Declare(f);
        PlanOrder();
        Symbols = new ClrSymbols(Module, _metadata.GetRowCount(TableIndex.MethodDef));
        var firstField = AddGlobals();
        Types.AddFields();
        _nextHelperField = _metadata.GetRowCount(TableIndex.Field) + 1;
        AddFunctions();
        AddTypes(ns, name, firstField);
        AddHelpers();
        return Finish();
    }

    private void Declare(Function f)
    {
        var owner = Types.OwnerOf(f, out var method);
        // What a method of a value type returns must not be a pointer into 'this': other languages rely on it.
        var isInstance = owner is not null && f.Parameters.Length > 0 && References.IsByRef(f, 0) &&
            f.Parameters[0].Type.Element == owner && !References.IsByRefResult(f);
        var plan = new ClrFunction(f, owner, method, isInstance);
        _functions.Add(f, plan);
        _order.Add(plan);
    }

    /// <summary>
    /// Numbers the methods: those of the module's class, its initialiser, entry points, those of each type, helpers.
    /// </summary>
    private void PlanOrder()
    {
        var row = _metadata.GetRowCount(TableIndex.MethodDef) + 1;
        Number(null, ref row);
        _firstExtra = row;
        row += ExtraMethods;
        foreach (var type in Objects.Types)
        {
            type.FirstMethod = MetadataTokens.MethodDefinitionHandle(row);
            if (type.Definition is not null)
                Number(type.Definition, ref row);
            foreach (var method in type.Methods)
                method.Handle = MetadataTokens.MethodDefinitionHandle(row++);
        }
        _nextHelper = row;
    }

    private void Number(TypeDefinition? owner, ref int row)
    {
        var used = new HashSet<string>();
        foreach (var f in _order.Where(f => f.Owner == owner))
        {
            for (var n = 2; !used.Add(f.Name); n++)
                f.Name = f.Name.TrimEnd("0123456789_".ToCharArray()) + "_" + n;
            f.Handle = MetadataTokens.MethodDefinitionHandle(row++);
        }
    }

    private int _firstExtra;

    /// <summary>The initialiser, and for a program its two entry methods.</summary>
    private int ExtraMethods => Module.Main is null ? 1 : 3;

    private int AddGlobals()
    {
        var first = _metadata.GetRowCount(TableIndex.Field) + 1;
        var used = new HashSet<string>();
        foreach (var g in Module.Globals)
        {
            var isRaw = Residence.IsRaw(g);
            var name = ClrNames.Identifier(g.Name);
            while (!used.Add(name))
                name += "_";
            var access = g.Exported && !isRaw ? FieldAttributes.Public : FieldAttributes.Assembly;
            // Of what is read-only IL takes no address, and fields of structs are read by it.
            var isReadOnly = isRaw || g.IsConst && (!g.Type.IsAggregate || g.Type is ArrayType);
            var kind = isReadOnly ? FieldAttributes.InitOnly : 0;
            _fields[g] = _metadata.AddFieldDefinition(access | FieldAttributes.Static | kind,
                _metadata.GetOrAddString(isRaw ? name + "$address" : name),
                Types.FieldSignature(isRaw ? MirType.I32 : g.Type));
        }
        return first;
    }

    private void AddFunctions()
    {
        _nextParameter = _metadata.GetRowCount(TableIndex.Param) + 1;
        foreach (var f in _order.Where(f => f.Owner is null))
            AddFunction(f);
        AddExtras();
        foreach (var type in Objects.Types)
        {
            foreach (var f in _order.Where(f => type.Definition is not null && f.Owner == type.Definition))
                AddFunction(f);
            foreach (var method in type.Methods)
                AddMethod(method);
        }
    }

    private void AddMethod(ClrMethod method)
    {
        var offset = -1;
        ClrBody? body = null;
        StandaloneSignatureHandle locals = default;
        if (method.Emit is not null)
        {
            body = new ClrBody(this, 1);
            method.Emit(body);
            offset = body.AddTo(_bodies, out locals);
        }
        var handle = _metadata.AddMethodDefinition(method.Attributes, 0, _metadata.GetOrAddString(method.Name),
            Types.Signature([.. method.Parameters.Select(p => p.Form)], method.Result, isInstance: true), offset,
            MetadataTokens.ParameterHandle(_nextParameter));
        if (handle != method.Handle)
            throw new InvalidOperationException($"method '{method.Name}' is not in the planned row");
        for (var n = 0; n < method.Parameters.Count; n++, _nextParameter++)
            _metadata.AddParameter(0, _metadata.GetOrAddString(method.Parameters[n].Name), n + 1);
        if (body is null)
            Symbols.AddAbstract();
        else
            Symbols.Add(body, [], locals);
    }

    private void AddFunction(ClrFunction plan)
    {
        var f = plan.Function;
        var body = new ClrBody(this, plan.IsInstance ? 1 : 0);
        if (f.IsExtern)
        {
            Messages.Add(ClrMessages.Extern, $"'{f.Name}' has no body; calling it traps on clr",
                "give it one for this target, or do not call it here", f.Location, isError: false);
            body.Throw((int)TrapCode.Denied, $"'{f.Name}' is not part of this program");
        }
        else
            new ClrEmitter(this, plan, body).Emit();
        var offset = body.AddTo(_bodies, out var locals);
        var isHidden = f.Name.Contains('$') || !f.Is(FunctionFlags.Export) && f.Name.StartsWith('_');
        var attributes = (isHidden ? MethodAttributes.Assembly : MethodAttributes.Public) | MethodAttributes.HideBySig |
            (plan.IsInstance ? 0 : MethodAttributes.Static);
        var implementation = f.Is(FunctionFlags.Inline) ? MethodImplAttributes.AggressiveInlining
            : f.Is(FunctionFlags.NoInline) ? MethodImplAttributes.NoInlining : 0;
        var handle = _metadata.AddMethodDefinition(attributes, implementation, _metadata.GetOrAddString(plan.Name),
            Types.MethodSignature(f, plan.IsInstance), offset, MetadataTokens.ParameterHandle(_nextParameter));
        if (handle != plan.Handle)
            throw new InvalidOperationException($"method '{f.Name}' is not in the planned row");
        for (var n = plan.IsInstance ? 1 : 0; n < f.Parameters.Length; n++)
        {
            _metadata.AddParameter(0, _metadata.GetOrAddString(f.Parameters[n].Name),
                plan.IsInstance ? n : n + 1);
            _nextParameter++;
        }
        Symbols.Add(body, f.IsExtern ? [] : f.Blocks, locals);
    }

    /// <summary>Adds a method that is no function of the module.</summary>
    private void AddMethod(string name, BlobHandle signature, MethodAttributes attributes, ClrBody body)
    {
        var offset = body.AddTo(_bodies, out var locals);
        _metadata.AddMethodDefinition(attributes | MethodAttributes.Static | MethodAttributes.HideBySig, 0,
            _metadata.GetOrAddString(name), signature, offset, MetadataTokens.ParameterHandle(_nextParameter));
        Symbols.Add(body, [], locals);
    }

    private const MethodAttributes Initialiser = MethodAttributes.Private | MethodAttributes.SpecialName |
        MethodAttributes.RTSpecialName;

    private void AddExtras()
    {
        var initialiser = new ClrBody(this, 0);
        new ClrGlobals(this, initialiser).Emit();
        AddMethod(".cctor", Types.Signature([], null), Initialiser, initialiser);
        if (Module.Main is not { } main)
            return;
        var run = new ClrBody(this, 0);
        if (main.Parameters.Length > 0)
            Messages.Add(ClrMessages.Unsupported, "'main' takes parameters",
                "a program starts in a main without parameters",
                main.Location);
        run.Il.Call(MethodOf(main)!.Handle);
        ExitCode(run, main.Result);
        run.Op(ILOpCode.Ret);
        AddMethod("$run", Types.Signature([], MirType.I32), MethodAttributes.Private, run);
        var entry = new ClrBody(this, 0);
        entry.Op(ILOpCode.Ldnull);
        entry.Op(ILOpCode.Ldftn, MetadataTokens.MethodDefinitionHandle(_firstExtra + 1));
        entry.Op(ILOpCode.Newobj, Types.DelegateConstructor(new FunctionType([], MirType.I32)));
        entry.Il.Call(Runtime("Host", "Run"));
        entry.Op(ILOpCode.Ret);
        AddMethod("$main", Types.Signature([], MirType.I32), MethodAttributes.Private, entry);
    }

    /// <summary>Exit code from main's result: an integer as it is, 1 for true, anything else is success.</summary>
    private static void ExitCode(ClrBody body, MirType result)
    {
        if (result.IsInteger || result.Kind == TypeKind.Bool)
            body.Op(ILOpCode.Conv_i4);
        else
        {
            if (result.Kind != TypeKind.Void)
                body.Op(ILOpCode.Pop);
            body.Il.LoadConstantI4(0);
        }
    }

    private void AddTypes(string ns, string name, int firstField)
    {
        var first = _order.Find(f => f.Owner is null);
        var row = first is null ? _firstExtra : MetadataTokens.GetRowNumber(first.Handle);
        var main = _metadata.AddTypeDefinition(
            TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed | TypeAttributes.BeforeFieldInit,
            _metadata.GetOrAddString(ns), _metadata.GetOrAddString(name), Types.ObjectType,
            MetadataTokens.FieldDefinitionHandle(firstField), MetadataTokens.MethodDefinitionHandle(row));
        Types.AddDefinitions(main);
    }

    private void AddHelpers()
    {
        _metadata.AddTypeDefinition(
            TypeAttributes.Abstract | TypeAttributes.Sealed | TypeAttributes.BeforeFieldInit, default,
            _metadata.GetOrAddString(HelpersName), Types.ObjectType,
            MetadataTokens.FieldDefinitionHandle(_metadata.GetRowCount(TableIndex.Field) + 1),
            MetadataTokens.MethodDefinitionHandle(_metadata.GetRowCount(TableIndex.MethodDef) + 1));
        while (_helpers.TryDequeue(out var helper))
        {
            var body = new ClrBody(this, 0);
            helper.Emit(body);
            AddMethod(helper.Name, helper.Signature, MethodAttributes.Assembly, body);
        }
        if (_literals.Count == 0)
            return;
        var signature = Types.FieldSignature(MirType.Str);
        var initialiser = new ClrBody(this, 0);
        foreach (var (text, field) in _literals.OrderBy(l => MetadataTokens.GetRowNumber(l.Value)))
        {
            _metadata.AddFieldDefinition(FieldAttributes.Assembly | FieldAttributes.Static | FieldAttributes.InitOnly,
                _metadata.GetOrAddString("text" + MetadataTokens.GetRowNumber(field)), signature);
            initialiser.Il.LoadString(UserString(new string([.. text.Bytes.Select(b => (char)b)])));
            initialiser.Il.Call(Runtime("Strings", "Literal"));
            initialiser.Op(ILOpCode.Stsfld, field);
        }
        initialiser.Op(ILOpCode.Ret);
        AddMethod(".cctor", Types.Signature([], null), Initialiser, initialiser);
    }
}

/// <summary>The method a function becomes.</summary>
internal sealed class ClrFunction(Function function, TypeDefinition? owner, string name, bool isInstance)
{
    public Function Function { get; } = function;
    /// <summary>Type it is a method of; null = the module's class.</summary>
    public TypeDefinition? Owner { get; } = owner;
    public string Name { get; set; } = name;
    /// <summary>True when its first parameter is <c>this</c>.</summary>
    public bool IsInstance { get; } = isInstance;
    public MethodDefinitionHandle Handle { get; set; }
}
