using System.Reflection;
using System.Reflection.Metadata;
using MinZ.Mir;
using TypeDefinition = MinZ.Mir.TypeDefinition;

namespace MinZ.Backends.Clr;

/// <summary>
/// The nested types of an assembly: the module's structs, enums and interfaces, a class for each type that interface
/// values are made of, and one for each function that captures are given to.
/// </summary>
internal sealed class ClrObjects
{
    private const MethodAttributes Constructor = MethodAttributes.Public | MethodAttributes.SpecialName |
        MethodAttributes.RTSpecialName;
    private const MethodAttributes Explicit = MethodAttributes.Private | MethodAttributes.Virtual |
        MethodAttributes.Final | MethodAttributes.NewSlot;
    private const TypeAttributes InternalClass = TypeAttributes.NestedAssembly | TypeAttributes.Sealed |
        TypeAttributes.BeforeFieldInit;
    /// <summary>Begins names of methods that a stack trace leaves out.</summary>
    private const string Hidden = "$";

    private readonly ClrModule _module;
    private readonly Dictionary<(MirType Interface, int Method), ClrMethod> _contracts = [];
    private readonly Dictionary<MirType, ClrNested> _targets = [];
    private readonly Dictionary<(Function, int Captures, bool IsStart), ClrNested> _closures = [];

    public ClrObjects(ClrModule module)
    {
        _module = module;
        foreach (var t in module.Module.Types)
            if (t is StructType or EnumType && t.TypeParameters.IsEmpty)
                Types.Add(OfValue(t));
        foreach (var t in module.Module.Types.OfType<InterfaceType>())
            if (t.TypeParameters.IsEmpty)
                AddInterface(t);
        foreach (var i in module.Module.Implementations)
            if (i.TypeParameters.IsEmpty && i.Interface is InterfaceType)
                AddImplementation(i);
        foreach (var f in module.Module.Functions)
            foreach (var block in f.Blocks)
                foreach (var id in block.Instructions)
                    if (f[id].Op is Op.Closure or Op.Spawn)
                        AddClosure(f, id);
    }

    /// <summary>The nested types in the order of their rows.</summary>
    public List<ClrNested> Types { get; } = [];

    /// <summary>A method of an interface.</summary>
    public ClrMethod MethodOf(MethodRef method) => _contracts[(method.Interface, method.Method)];

    /// <summary>Constructor of the class behind interface values made of references to a type.</summary>
    public ClrMethod TargetConstructor(MirType type) => _targets[type].Methods[0];

    /// <summary>The class of a function with captures.</summary>
    public ClrNested ClosureOf(Function f, int captures, bool isStart) => _closures[(f, captures, isStart)];

    private static ClrNested OfValue(TypeDefinition type)
    {
        var isEnum = type is EnumType { HasPayload: false };
        var access = type.Name.Contains('$') ? TypeAttributes.NestedAssembly : TypeAttributes.NestedPublic;
        return new ClrNested(ClrNames.Identifier(type.Name),
            access | TypeAttributes.Sealed | TypeAttributes.BeforeFieldInit |
            (isEnum ? 0 : TypeAttributes.SequentialLayout),
            t => isEnum ? t.BaseOfEnum : t.BaseOfStruct, type);
    }

    private void AddInterface(InterfaceType type)
    {
        var nested = new ClrNested(ClrNames.Identifier(type.Name),
            TypeAttributes.NestedPublic | TypeAttributes.Interface | TypeAttributes.Abstract, _ => default, type);
        for (var m = 0; m < type.Methods.Length; m++)
        {
            var method = type.Methods[m];
            var parameters = method.Parameters.Select((t, n) =>
                ("p" + (n + 1), ClrReferences.FormOf(t, _module.References.IsByRef(type, m, n)))).ToList();
            var declared = new ClrMethod(ClrNames.Identifier(method.Name),
                MethodAttributes.Public | MethodAttributes.Abstract | MethodAttributes.Virtual |
                    MethodAttributes.NewSlot,
                parameters, new ClrForm(method.Result), null);
            nested.Methods.Add(declared);
            _contracts[(type, m)] = declared;
        }
        Types.Add(nested);
    }

    private void AddImplementation(Implementation i)
    {
        if (!_targets.TryGetValue(i.Type, out var target))
        {
            target = new ClrNested(ClrNames.Identifier(i.Type.ToString()!) + "$object", InternalClass,
                t => t.RuntimeType("Target`1", i.Type));
            target.Methods.Add(new ClrMethod(".ctor", Constructor,
                [("at", new ClrForm(new ReferenceType(i.Type, true)))], new ClrForm(MirType.Void), body =>
                {
                    body.Il.LoadArgument(0);
                    body.Il.LoadArgument(1);
                    body.Op(ILOpCode.Call, _module.Types.TargetConstructor(i.Type));
                    body.Op(ILOpCode.Ret);
                }));
            _targets.Add(i.Type, target);
            Types.Add(target);
        }
        target.Interfaces.Add(i.Interface);
        // A value type implements the interface itself when none of its methods keeps a reference to it.
        var self = Types.Find(t =>
            t.Definition == i.Type && t.Definition is StructType or EnumType { HasPayload: true });
        if (!i.Methods.All(m => m.Parameters[0].Type == i.Type || _module.References.IsByRef(m, 0)))
            self = null;
        self?.Interfaces.Add(i.Interface);
        for (var m = 0; m < i.Methods.Length; m++)
        {
            var (number, method) = (m, i.Methods[m]);
            target.Methods.Add(Implement(i, m, body => EmitTargetMethod(body, i, number, method)));
            self?.Methods.Add(Implement(i, m, body => EmitOwnMethod(body, i, number, method)));
        }
    }

    private ClrMethod Implement(Implementation i, int method, Action<ClrBody> emit)
    {
        var declared = _contracts[(i.Interface, method)];
        return new ClrMethod(Hidden + i.Interface + "." + declared.Name, Explicit, declared.Parameters, declared.Result,
            emit) { Implements = declared };
    }

    /// <summary>
    /// A method of the class behind interface values: calls the function for what the reference is to.
    /// </summary>
    private void EmitTargetMethod(ClrBody body, Implementation i, int number, Function method)
    {
        body.Il.LoadArgument(0);
        body.Op(ILOpCode.Call, _module.Types.Generic(_module.Runtime("Targets", "At"), i.Type));
        var isValue = method.Parameters[0].Type == i.Type;
        if (isValue || _module.References.IsByRef(method, 0))
            _module.Open(body, i.Type);
        if (isValue)
            LoadCopy(body, i.Type);
        EmitCall(body, i, number, method);
    }

    /// <summary>A method of the value type itself: passes <c>this</c>.</summary>
    private void EmitOwnMethod(ClrBody body, Implementation i, int number, Function method)
    {
        body.Il.LoadArgument(0);
        if (method.Parameters[0].Type == i.Type)
            LoadCopy(body, i.Type);
        EmitCall(body, i, number, method);
    }

    private void LoadCopy(ClrBody body, MirType type)
    {
        body.Op(ILOpCode.Ldobj, _module.Types.Token(type));
        _module.Copies.Clone(body, type);
    }

    private void EmitCall(ClrBody body, Implementation i, int number, Function method)
    {
        for (var n = 1; n < method.Parameters.Length; n++)
        {
            body.Il.LoadArgument(n);
            if (_module.References.IsByRef(method, n) && !_module.References.IsByRef(i.Interface, number, n - 1))
                _module.Open(body, method.Parameters[n].Type.Element!);
        }
        body.Depth = method.Parameters.Length + 1;
        body.Il.Call(_module.MethodOf(method)!.Handle);
        body.Op(ILOpCode.Ret);
    }

    private void AddClosure(Function f, int id)
    {
        if (f[id].Payload is not FunctionRef { Function: var callee })
            return;
        var isStart = f[id].Op == Op.Spawn;
        var captures = f.Operands(id).Length;
        if (_closures.ContainsKey((callee, captures, isStart)))
            return;
        var own = callee.Parameters.Length - captures;
        var name = ClrNames.Identifier(callee.Name) + (isStart ? "$start" : "$closure");
        while (Types.Exists(t => t.Name == name))
            name += "_";
        var closure = new ClrNested(name, InternalClass, t => t.ObjectType);
        foreach (var p in callee.Parameters.Skip(own))
            closure.Fields.Add((ClrNames.Identifier(p.Name), p.Type));
        closure.Methods.Add(new ClrMethod(".ctor", Constructor, [], new ClrForm(MirType.Void), body =>
        {
            body.Il.LoadArgument(0);
            body.Op(ILOpCode.Call, _module.Types.ObjectConstructor);
            body.Op(ILOpCode.Ret);
        }));
        closure.Methods.Add(new ClrMethod(Hidden + "invoke", MethodAttributes.Assembly,
            [.. callee.Parameters.Take(own).Select(p => (p.Name, new ClrForm(p.Type)))],
            new ClrForm(isStart ? MirType.Void : callee.Result),
            body => EmitInvoke(body, closure, callee, own, isStart)));
        _closures.Add((callee, captures, isStart), closure);
        Types.Add(closure);
    }

    private void EmitInvoke(ClrBody body, ClrNested closure, Function callee, int own, bool isStart)
    {
        for (var n = 0; n < callee.Parameters.Length; n++)
        {
            body.Il.LoadArgument(n < own ? n + 1 : 0);
            if (n >= own)
                body.Op(ILOpCode.Ldfld, closure.FieldHandles[n - own]);
            if (_module.References.IsByRef(callee, n))
                _module.Open(body, callee.Parameters[n].Type.Element!);
        }
        body.Depth = callee.Parameters.Length + 1;
        body.Il.Call(_module.MethodOf(callee)!.Handle);
        if (isStart && callee.Result.Kind != TypeKind.Void)
            body.Op(ILOpCode.Pop);
        body.Op(ILOpCode.Ret);
    }
}
