using System.Collections.Immutable;

namespace MinZ.Mir;

public sealed partial class Verifier
{
    private void CheckGlobals()
    {
        foreach (var g in _module.Globals)
        {
            At($"global '{g.Name}'", g.Location, []);
            if (g.Alignment < 0 || (g.Alignment & (g.Alignment - 1)) != 0)
                Error(MirCodes.BadDeclaration, $"the alignment {g.Alignment} is no power of two");
            if (CheckType(g.Type, "it"))
                CheckInitial(g.Type, g.Initial, 0);
        }
    }

    private bool CheckInitial(MirType type, ConstantValue value, int depth)
    {
        if (depth > 200)
            return Error(MirCodes.Limit, "start values nest too deep");
        switch (value)
        {
            case ConstantValue.Zero:
                return true;
            case ConstantValue.Number n:
                return type.IsNumeric || type is EnumType { HasPayload: false } || type.IsAddress
                    ? Constants.Wrap(type, n.Bits) == n.Bits ||
                        Error(MirCodes.BadLiteral, $"{n.Bits} is no value of {type}")
                    : Mismatch(type, "a number");
            case ConstantValue.Text:
                return type.Kind == TypeKind.Str || Mismatch(type, "a string");
            case ConstantValue.TextPointer:
                return type is PointerType || Mismatch(type, "the address of a string");
            case ConstantValue.Bytes b:
                return type is ArrayType { Element.Kind: TypeKind.U8 or TypeKind.I8 } bytes
                    ? bytes.Length == b.Value.Length ||
                        Mismatch(type, $"{b.Value.Length} bytes") : Mismatch(type, "bytes");
            case ConstantValue.Aggregate a:
                return CheckItems(type, a.Items, depth);
            case ConstantValue.Enum e:
                return CheckVariant(type, e, depth);
            case ConstantValue.FunctionValue f:
                return _functions.Contains(f.Function)
                    ? type is FunctionType t && t == OpTyping.TypeOf(f.Function.Reference) || type is PointerType ||
                        Mismatch(type, $"the function '{f.Function.Name}'")
                    : Error(MirCodes.BadDeclaration, $"the function '{f.Function.Name}' is not in the module");
            case ConstantValue.Address a:
                return CheckGlobal(a.Global) &&
                    (type.IsAddress || type is FunctionType && _module.Layout is not null ||
                        Mismatch(type, "an address"));
            case ConstantValue.SliceOf s:
                return CheckGlobal(s.Global) && (type is SliceType slice && s.Global.Type is ArrayType array &&
                    array.Element == slice.Element || Mismatch(type, $"a slice of '{s.Global.Name}'"));
            default:
                return true;
        }
    }

    private bool Mismatch(MirType type, string what) =>
        Error(MirCodes.WrongType, $"{what} cannot be the start value of a {type}");

    private bool CheckGlobal(Global global) =>
        _globals.Contains(global) || Error(MirCodes.BadDeclaration, $"the global '{global.Name}' is not in the module");

    private bool CheckItems(MirType type, ImmutableArray<ConstantValue> items, int depth)
    {
        var count = type is ArrayType array ? array.Length : TypeMembers.FieldCount(type);
        if (type is not ArrayType && TypeMembers.DefinitionOf(type) is not (StructType or TupleType))
            return Mismatch(type, "a list of values");
        if (items.Length != count)
            return Error(MirCodes.WrongType, $"{type} has {count} items, the start value {items.Length}");
        for (var i = 0; i < items.Length; i++)
            if (!CheckInitial(type.Element ?? TypeMembers.FieldType(type, i)!, items[i], depth + 1))
                return false;
        return true;
    }

    private bool CheckVariant(MirType type, ConstantValue.Enum value, int depth)
    {
        if (TypeMembers.VariantOf(type, value.Variant) is not { } variant)
            return Error(MirCodes.NoMember, $"{type} has no variant {value.Variant}");
        if (variant.Payload.Length != value.Payload.Length)
            return Error(MirCodes.WrongType,
                $"variant '{variant.Name}' has {variant.Payload.Length} items, the start value {value.Payload.Length}");
        for (var i = 0; i < value.Payload.Length; i++)
            if (!CheckInitial(TypeMembers.PayloadType(type, value.Variant, i)!, value.Payload[i], depth + 1))
                return false;
        return true;
    }

    private void CheckImplementations()
    {
        foreach (var i in _module.Implementations)
        {
            At($"impl {i.Interface} for {i.Type}", default, i.TypeParameters);
            if (!CheckType(i.Type, "it"))
                continue;
            if (TypeMembers.DefinitionOf(i.Interface) is not InterfaceType definition)
                Error(MirCodes.BadDeclaration, $"{i.Interface} is no interface");
            else if (!CheckType(i.Interface, "the interface"))
                continue;
            else if (i.Methods.Length != definition.Methods.Length)
                Error(MirCodes.BadDeclaration, $"it has {i.Methods.Length} of {definition.Methods.Length} methods");
            else
                for (var m = 0; m < i.Methods.Length; m++)
                    CheckMethod(i, m);
        }
    }

    private void CheckMethod(Implementation implementation, int index)
    {
        var method = TypeMembers.MethodOf(implementation.Interface, index)!;
        var function = implementation.Methods[index];
        if (!_functions.Contains(function))
        {
            Error(MirCodes.BadDeclaration, $"the function '{function.Name}' is not in the module");
            return;
        }
        var arguments = implementation.TypeParameters.IsDefault ? []
            : implementation.TypeParameters.CastArray<MirType>();
        MirType Seen(MirType t) => TypeSubstitution.Apply(t, function.TypeParameters, arguments);
        var parameters = function.Parameters;
        var self = parameters.Length == 0 ? null : Seen(parameters[0].Type);
        var receives = self == implementation.Type || self is ReferenceType or PointerType &&
            self.Element == implementation.Type;
        // Lowered functions have parameters in other forms; calls through interfaces are gone by then.
        if (_module.Layout is null && (!receives || Seen(function.Result) != method.Result ||
            !parameters.Skip(1).Select(p => Seen(p.Type)).SequenceEqual(method.Parameters)))
            Error(MirCodes.BadDeclaration, $"'{function.Name}' has not the signature of the method '{method.Name}'",
                $"it takes {implementation.Type} or a reference to it, then " +
                $"({string.Join(", ", method.Parameters)}), and returns {method.Result}");
    }

    private void CheckMain()
    {
        if (_module.Main is not { } main)
            return;
        At("function 'main'", main.Location, []);
        if (main.Parameters.Length > 0 || !main.TypeParameters.IsDefaultOrEmpty)
            Error(MirCodes.BadDeclaration, "'main' takes parameters", "the program's start takes none");
        if (main.Result.Kind is not (TypeKind.Void or TypeKind.Bool) && !main.Result.IsInteger)
            Error(MirCodes.BadDeclaration, $"'main' returns {main.Result}",
                "it returns nothing, or an integer or bool, the exit code");
        if (main.IsExtern)
            Error(MirCodes.BadDeclaration, "'main' has no body");
    }
}
