using System.Collections.Immutable;

namespace MinZ.Mir;

/// <summary>What <see cref="Verifier"/> asks for beyond the rules that hold everywhere.</summary>
/// <param name="LegalOps">Ops that may occur; null = every op that the module's stage has.</param>
/// <param name="MaxErrors">Errors after which it stops, ≥ 1.</param>
public sealed record VerifierOptions(IReadOnlySet<Op>? LegalOps = null, int MaxErrors = 100);

/// <summary>
/// Checks that a module means something: every rule of <c>docs/mir.md</c>. A module without errors runs or traps on
/// every engine. The verifier changes nothing but block numbers, and answers any module, however broken, with a list of
/// errors.
/// Functions may be verified in parallel.
/// </summary>
public sealed partial class Verifier
{
    private readonly Module _module;
    private readonly VerifierOptions _options;
    private readonly List<MirError> _errors = [];
    private readonly HashSet<MirType> _types;
    private readonly HashSet<Function> _functions;
    private readonly HashSet<Global> _globals;
    private ImmutableArray<TypeParameter> _scope = [];
    private string _where = "";
    private SourceLocation _location;

    private Verifier(Module module, VerifierOptions? options)
    {
        _module = module;
        _options = options ?? new VerifierOptions();
        _types = new HashSet<MirType>(module.Types, ReferenceEqualityComparer.Instance);
        _functions = [.. module.Functions];
        _globals = [.. module.Globals];
    }

    /// <summary>Errors of a module; empty when it is sound.</summary>
    public static IReadOnlyList<MirError> Verify(Module module, VerifierOptions? options = null)
    {
        var verifier = new Verifier(module, options);
        if (verifier.CheckTypes())
        {
            verifier.CheckGlobals();
            verifier.CheckImplementations();
            foreach (var function in module.Functions)
                verifier.CheckFunction(function);
            verifier.CheckMain();
        }
        return verifier._errors;
    }

    /// <summary>Errors of one function of a module whose declarations are sound.</summary>
    public static IReadOnlyList<MirError> Verify(Module module, Function function, VerifierOptions? options = null)
    {
        var verifier = new Verifier(module, options);
        verifier.CheckFunction(function);
        return verifier._errors;
    }

    private bool IsFull => _errors.Count >= _options.MaxErrors;

    /// <summary>Adds an error about what is being looked at. Always false, so that it can end a check.</summary>
    private bool Error(int code, string message, string? hint = null)
    {
        if (!IsFull)
            _errors.Add(new MirError(code, $"{_where}: {message}", hint, Location: _location));
        return false;
    }

    private void At(string where, SourceLocation location, ImmutableArray<TypeParameter> scope)
    {
        _where = where;
        _location = location;
        _scope = scope.IsDefault ? [] : scope;
    }

    // Types first: everything else asks for members, which a definition that holds itself has without end.
    private bool CheckTypes()
    {
        foreach (var type in _module.Types)
        {
            At($"type '{type.Name}'", type.Location, type.TypeParameters);
            foreach (var p in _scope)
                foreach (var bound in p.Bounds)
                    CheckBound(bound);
            foreach (var member in MembersOf(type))
                CheckType(member, "a member");
            if (type is EnumType e)
                CheckEnum(e);
            if (type is ActorType a)
                CheckActor(a);
        }
        var state = new Dictionary<MirType, bool>(ReferenceEqualityComparer.Instance);
        foreach (var type in _module.Types)
        {
            At($"type '{type.Name}'", type.Location, type.TypeParameters);
            if (type is StructType or EnumType)
                CheckFinite(type, state, 0);
        }
        return _errors.Count == 0;
    }

    private static IEnumerable<MirType> MembersOf(MirType type) => type switch
    {
        StructType s => s.Fields.Select(f => f.Type),
        EnumType e => e.Variants.SelectMany(v => v.Payload),
        ActorType a => a.Fields.Select(f => f.Type),
        TupleType t => t.Items,
        ArrayType a => [a.Element],
        InstanceType i => i.Arguments.Where((_, n) => n < i.Definition.TypeParameters.Length &&
            HoldsByValue(i.Definition, i.Definition.TypeParameters[n], 0)).Append(i.Definition),
        _ => [],
    };

    // Through another generic type a parameter counts as held: that may ask for a box too many, never for one too few.
    private static bool HoldsByValue(MirType type, TypeParameter parameter, int depth) =>
        type == parameter || depth < 64 &&
        type switch
        {
            TypeDefinition when depth > 0 => false,
            InstanceType i => i.Arguments.Any(a => HoldsByValue(a, parameter, depth + 1)),
            _ => MembersOf(type).Any(m => HoldsByValue(m, parameter, depth + 1)),
        };

    /// <summary>A value may not hold itself: false marks a type being looked at, true one that is finite.</summary>
    private bool CheckFinite(MirType type, Dictionary<MirType, bool> state, int depth)
    {
        var nominal = type is TypeDefinition;
        if (nominal && state.TryGetValue(type, out var done))
            return done || Error(MirCodes.BadDeclaration, $"{type} holds itself and has no size",
                "hold a box<…>, a reference or a slice of it instead");
        if (depth > 200)
            return Error(MirCodes.Limit, "types nest too deep");
        if (nominal)
            state[type] = false;
        if (type is not ActorType)
            foreach (var member in MembersOf(type))
                if (!CheckFinite(member, state, depth + 1))
                {
                    state[type] = true;
                    return false;
                }
        if (nominal)
            state[type] = true;
        return true;
    }

    private void CheckEnum(EnumType type)
    {
        var values = new HashSet<long>();
        if (!type.Tag.IsInteger)
            Error(MirCodes.BadDeclaration, $"the tag type is {type.Tag}, not an integer");
        foreach (var v in type.Variants)
        {
            if (!values.Add(v.Value))
                Error(MirCodes.BadDeclaration, $"variant '{v.Name}' has the value {v.Value} of another variant");
            if (Constants.Wrap(type.Tag, v.Value) != v.Value)
                Error(MirCodes.BadDeclaration, $"the value {v.Value} of variant '{v.Name}' does not fit {type.Tag}");
        }
    }

    private void CheckActor(ActorType actor)
    {
        foreach (var m in actor.Messages)
        {
            var parameters = m.Handler.Parameters;
            var self = parameters.Length > 0 && (parameters[0].Type == actor ||
                parameters[0].Type is ReferenceType r && r.Element == actor) ? 1 : 0;
            if (!_functions.Contains(m.Handler))
                Error(MirCodes.BadDeclaration, $"the handler of '{m.Name}' is not in the module");
            else if (!m.Parameters.SequenceEqual(parameters.Skip(self).Select(p => p.Type)) ||
                m.Handler.Result != m.Result)
                Error(MirCodes.BadDeclaration, $"'{m.Handler.Name}' has not the signature of the message '{m.Name}'");
        }
    }

    /// <summary>Checks that a type can be the type of a value here.</summary>
    private bool CheckType(MirType? type, string what, int depth = 0)
    {
        if (type is null)
            return Error(MirCodes.BadDeclaration, $"{what} has no type");
        if (depth > 200)
            return Error(MirCodes.Limit, "types nest too deep");
        switch (type)
        {
            case ScalarType:
                return type.Kind != TypeKind.Void || Error(MirCodes.BadDeclaration, $"{what} is of type void");
            case TypeParameter p:
                return _scope.Contains(p) ||
                    Error(MirCodes.BadDeclaration, $"the type parameter {p.Name} is not declared here");
            case TypeDefinition d:
                return CheckDefinition(d) && (d.TypeParameters.IsDefaultOrEmpty ||
                    Error(MirCodes.BadDeclaration, $"{d} is generic and needs type arguments"));
            case InstanceType i:
                return CheckDefinition(i.Definition) &&
                    CheckArguments(i.Definition.TypeParameters, i.Arguments, i.Definition.Name) &&
                    i.Arguments.All(a => CheckType(a, "a type argument", depth + 1));
            case TupleType t:
                return t.Items.All(item => CheckType(item, "a tuple's item", depth + 1));
            case FunctionType f:
                return f.Parameters.All(p => CheckType(p, "a parameter", depth + 1)) &&
                    (f.Result.Kind == TypeKind.Void || CheckType(f.Result, "a result", depth + 1));
            case ArrayType { Length: < 0 }:
                return Error(MirCodes.BadDeclaration, "an array has a negative length");
            default:
                return type.Element is null || CheckType(type.Element, "an element", depth + 1);
        }
    }

    private bool CheckDefinition(TypeDefinition type) =>
        _types.Contains(type) || Error(MirCodes.BadDeclaration, $"the type {type} is not in the module");

    private bool CheckBound(MirType bound) => TypeMembers.DefinitionOf(bound) is InterfaceType
        ? CheckType(bound, "a bound")
        : Error(MirCodes.BadDeclaration, $"a type parameter is bound by {bound}, which is no interface");

    private bool CheckArguments(ImmutableArray<TypeParameter> parameters, ImmutableArray<MirType> arguments, string of)
    {
        var (wanted, given) = (parameters.IsDefault ? 0 : parameters.Length, arguments.IsDefault ? 0
            : arguments.Length);
        if (wanted != given)
            return Error(MirCodes.BadDeclaration, $"'{of}' takes {wanted} type arguments, not {given}");
        for (var i = 0; i < wanted; i++)
            foreach (var bound in parameters[i].Bounds)
                if (!Implements(arguments[i], TypeSubstitution.Apply(bound, parameters, arguments)))
                    return Error(MirCodes.BadDeclaration,
                        $"{arguments[i]} does not implement {bound}, which '{of}' asks for");
        return true;
    }

    // Generic implementations are matched by their definitions alone: whether the arguments fit shows where they are
    // used.
    private bool Implements(MirType type, MirType contract)
    {
        if (type is TypeParameter p)
            return p.Bounds.Contains(contract);
        if (type == contract)
            return true;
        foreach (var i in _module.Implementations)
        {
            var generic = !i.TypeParameters.IsDefaultOrEmpty;
            if (generic && TypeMembers.DefinitionOf(i.Interface) == TypeMembers.DefinitionOf(contract) &&
                (i.Type is TypeParameter || TypeMembers.DefinitionOf(i.Type) == TypeMembers.DefinitionOf(type)) ||
                !generic && i.Type == type && i.Interface == contract)
                return true;
        }
        return false;
    }
}
