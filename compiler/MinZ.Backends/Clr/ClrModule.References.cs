using System.Reflection.Metadata;
using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>Helpers that reference objects and delegates call.</summary>
internal sealed partial class ClrModule
{
    /// <summary>Opens the reference object on the stack: replaces it by a managed pointer, null for null.</summary>
    public void Open(ClrBody body, MirType type) =>
        body.Op(ILOpCode.Call, Types.Generic(Runtime("Refs", "Open"), type));

    /// <summary>
    /// A static method that a function's delegates call: the function itself, or one that opens references.
    /// </summary>
    public MethodDefinitionHandle DelegateTarget(Function f)
    {
        var method = MethodOf(f)!;
        if (!method.IsInstance && !Enumerable.Range(0, f.Parameters.Length).Any(n => References.IsByRef(f, n)))
            return method.Handle;
        if (!_delegateTargets.TryGetValue(f, out var target))
            _delegateTargets[f] = target = AddHelper("$value " + f.Name,
                Types.Signature([.. f.Parameters.Select(p => p.Type)], f.Result), body =>
                {
                    for (var n = 0; n < f.Parameters.Length; n++)
                    {
                        body.Il.LoadArgument(n);
                        if (References.IsByRef(f, n))
                            Open(body, f.Parameters[n].Type.Element!);
                    }
                    body.Depth = f.Parameters.Length;
                    body.Il.Call(method.Handle);
                    body.Op(ILOpCode.Ret);
                });
        return target;
    }

    private readonly Dictionary<Function, MethodDefinitionHandle> _delegateTargets = [];

    /// <summary>Pushes an object that refers to a global.</summary>
    public void PushReference(ClrBody body, Global g)
    {
        if (!_variables.TryGetValue(g, out var variable))
        {
            var signature = Types.Signature([], new ClrForm(g.Type, true));
            _variables[g] = variable = AddHelper("$variable " + g.Name, signature, b =>
            {
                b.Op(ILOpCode.Ldsflda, FieldOf(g));
                b.Op(ILOpCode.Ret);
            });
        }
        body.Op(ILOpCode.Ldnull);
        body.Op(ILOpCode.Ldftn, variable);
        body.Op(ILOpCode.Newobj, Types.RuntimeDelegate("Variable`1", g.Type));
        body.Op(ILOpCode.Call, Types.Generic(Runtime("Refs", "Variable"), g.Type));
    }

    private readonly Dictionary<Global, MethodDefinitionHandle> _variables = [];

    /// <summary>A method from a managed pointer to one to a field of what it is to.</summary>
    public MethodDefinitionHandle FieldPart(MirType whole, MirType part, EntityHandle field)
    {
        if (!_parts.TryGetValue(field, out var method))
            _parts[field] = method = AddHelper("$part " + whole,
                Types.Signature([new ClrForm(whole, true)], new ClrForm(part, true)), b =>
                {
                    b.Il.LoadArgument(0);
                    b.Op(ILOpCode.Ldflda, field);
                    b.Op(ILOpCode.Ret);
                });
        return method;
    }

    private readonly Dictionary<EntityHandle, MethodDefinitionHandle> _parts = [];
}
