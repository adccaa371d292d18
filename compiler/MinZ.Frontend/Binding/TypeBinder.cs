using System.Collections.Immutable;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Finds the type that a piece of syntax means, in one place of the program.</summary>
internal sealed class TypeBinder(
    ProgramBinder program, ModuleSymbol module, SourceText source, TypeScope types, MirType? self, DiagnosticBag bag,
    Scope? scope = null)
{
    private static readonly Dictionary<string, MirType> BuiltIn = Names();

    private static Dictionary<string, MirType> Names()
    {
        var names = MirType.Keywords.ToDictionary(t => t.Name, MirType (t) => t);
        names["String"] = names["string"] = names["LString"] = MirType.Str;
        names["cstr"] = new Mir.PointerType(MirType.U8);
        names["char"] = names["byte"] = MirType.U8;
        names["word"] = MirType.U16;
        foreach (var (whole, fraction) in ((int, int)[])[(8, 8), (0, 8), (0, 16), (16, 8), (8, 16), (16, 16)])
            names[$"f{(whole == 0 ? "" : whole)}.{fraction}"] = new FixedType(whole, fraction, whole > 0);
        return names;
    }

    /// <summary>The type with this keyword, or null.</summary>
    public static MirType? FindBuiltIn(string name) => BuiltIn.GetValueOrDefault(name);

    /// <summary>
    /// True for the name of a type that no declaration can take, unlike the other names of built-in types.
    /// </summary>
    public static bool IsKeyword(string name) => MirType.Keywords.Any(t => t.Name == name);

    /// <summary>The type a syntax means; the error type after a report.</summary>
    public MirType Bind(TypeSyntax syntax)
    {
        switch (syntax)
        {
            case NamedType named:
                return BindNamed(named);
            case Syntax.ArrayType array:
                return BindArray(array);
            case Syntax.SliceType slice:
                return Wrap(slice.Element, t => new Mir.SliceType(t));
            case Syntax.PointerType { IsReference: true, Access: PointerAccess.Mutable } p:
                return Wrap(p.Element, t => new ReferenceType(t, true));
            // A text never changes and is a handle already, so what other languages call `&str` is `str`.
            case Syntax.PointerType { IsReference: true } p:
                return Wrap(p.Element, t => t.Kind == TypeKind.Str ? t : new ReferenceType(t, false));
            case Syntax.PointerType p:
                return Wrap(p.Element, t => new Mir.PointerType(t.IsVoid() ? MirType.U8 : t));
            case Syntax.TupleType { Elements: [] }:
                return MirType.Void;
            case Syntax.TupleType tuple:
                var items = tuple.Elements.Select(Bind).ToImmutableArray();
                return items.Any(t => t.IsError()) ? Special.Error : new Mir.TupleType(items);
            case Syntax.FunctionType f:
                return new Mir.FunctionType([.. f.Parameters.Select(Bind)], f.Result is null ? MirType.Void
                    : Bind(f.Result));
            case OptionalType optional:
                return Wrap(optional.Element, program.Optional);
            case FallibleType fallible:
                return Wrap(fallible.Value, t => BindFallible(t, fallible.Error));
            default:
                return Special.Error;
        }
    }

    private MirType BindFallible(MirType value, TypeSyntax error) =>
        Bind(error) is var e && e.IsError() ? e : program.Fallible(value, e);

    private MirType Wrap(TypeSyntax inner, Func<MirType, MirType> make) =>
        Bind(inner) is var t && t.IsError() ? t : make(t);

    private MirType BindArray(Syntax.ArrayType array)
    {
        var element = Bind(array.Element);
        var binder = new BodyBinder(program, module, source, types, self, bag, scope);
        var length = binder.BindConstantInt(array.Length, "the length of an array");
        if (element.IsError() || length is null)
            return Special.Error;
        if (length >= 0 && length <= 1 << 24)
            return new Mir.ArrayType(element, (int)length);
        bag.BadLength(source.At(array.Length.Span), length.ToString()!);
        return Special.Error;
    }

    private MirType BindNamed(NamedType named)
    {
        if (named.Path is [var single])
        {
            if (single.Text == "Self" && self is not null)
                return self;
            if (types.Types.TryGetValue(single.Text, out var argument))
                return argument;
            if (named.Arguments.IsEmpty && BuiltIn.TryGetValue(single.Text, out var builtIn)
                && (IsKeyword(single.Text) || module.Members.GetValueOrDefault(single.Text) is not TypeSymbol))
                return builtIn;
        }
        if (named is { Path: [{ Text: "chan" }], Arguments: [var element] })
            return Wrap(element, t => new ChannelType(t));
        if (scope?.Find(named.Path[0].Text) is TypeSymbol local && named.Path.Length == 1)
            return program.ResolveType(local, [.. named.Arguments.Select(Bind)], source.At(named.Span));
        if (program.FindType(module, named.Path) is { } symbol)
        {
            var found = program.ResolveType(symbol, [.. named.Arguments.Select(Bind)], source.At(named.Span));
            if (found is InterfaceType contract)
                program.CheckHasValues(contract, source.At(named.Span), bag);
            return found;
        }
        if (named is { Path: [{ Text: "Range" or "RangeInclusive" } range], Arguments: [var end] })
            return Wrap(end, t => program.RangeOf(t, range.Text == "RangeInclusive", source.At(named.Span)));
        if (!named.Name.IsMissing && !module.MissingImports.Contains(named.Path[0].Text))
            ReportUnknown(named);
        return Special.Error;
    }

    private void ReportUnknown(NamedType named)
    {
        var name = named.Name.Text;
        var known = named.Path.Length > 1 ? null
            : scope?.Find(name) ?? module.Members.GetValueOrDefault(name);
        if (known is { Where: { } where })
        {
            bag.NotAType(source.At(named.Span), name, known switch
            {
                FunctionGroup => "a function",
                ConstantSymbol or GlobalSymbol { IsConst: true } => "a constant",
                _ => "a variable",
            }, where);
            return;
        }
        var arguments = string.Join(", ", named.Arguments.Select(a => source.ToString(a.Span)));
        var nearest = ForeignNames.PlainType(name) ??
            Nearest.To(name, BuiltIn.Keys.Concat(program.TypeNames(module)).Concat(types.Types.Keys));
        if (nearest is null && (module.MissingImports.Count > 0 || program.WasToDeclare(name)))
            return;
        if (nearest is null && name.Length == 1 && char.IsAsciiLetterUpper(name[0]) && named.Arguments.IsEmpty)
        {
            ReportTypeParameter(named, name);
            return;
        }
        bag.UnknownType(source.At(named.Span), source.ToString(named.Span),
            ForeignNames.Type(name, arguments) ?? (nearest is null ? null : $"did you mean `{nearest}`?"));
    }

    /// <summary>Reports a letter that is probably a type parameter, once for each line that has it.</summary>
    private void ReportTypeParameter(NamedType named, string name)
    {
        var line = source.PositionOf(named.Span.Start).Line;
        if (program.ReportedTypes.Add((source, line, name)))
            bag.UnknownType(source.At(named.Span), name,
                $"a type parameter is declared behind the name: `fn name<{name}>(…)`, `struct Name<{name}> {{ … }}`");
    }
}
