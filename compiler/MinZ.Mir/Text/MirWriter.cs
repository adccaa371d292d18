using System.Globalization;
using System.Text;

namespace MinZ.Mir.Text;

/// <summary>What <see cref="MirWriter"/> writes besides the program itself.</summary>
/// <param name="WithLocations">Write the file table and the place in source of everything that has one.</param>
public sealed record MirWriterOptions(bool WithLocations = false);

/// <summary>
/// Writes a module in its readable form, which <c>docs/mir.md</c> specifies and <see cref="MirReader"/> reads. Any
/// module can be written, also one that does not verify; a verified module reads back equal.
/// </summary>
public sealed partial class MirWriter
{
    private readonly StringBuilder _text = new();
    private readonly Module _module;
    private readonly MirWriterOptions _options;
    private readonly Dictionary<MirType, string> _typeParameters = new(ReferenceEqualityComparer.Instance);

    private MirWriter(Module module, MirWriterOptions? options)
    {
        _module = module;
        _options = options ?? new MirWriterOptions();
    }

    /// <summary>The text of a whole module.</summary>
    public static string Write(Module module, MirWriterOptions? options = null)
    {
        var writer = new MirWriter(module, options);
        writer.WriteModule();
        return writer._text.ToString();
    }

    /// <summary>The text of one function of a module.</summary>
    public static string Write(Module module, Function function, MirWriterOptions? options = null)
    {
        var writer = new MirWriter(module, options);
        writer.WriteFunction(function);
        return writer._text.ToString();
    }

    private void WriteModule()
    {
        Line("module ", MirNames.Global(_module.Name));
        if (_options.WithLocations)
            foreach (var file in _module.Files)
                Line("file ", MirNames.Quote(file));
        if (_module.Layout is { } l)
            Line(string.Create(CultureInfo.InvariantCulture,
                $"layout pointer {l.PointerBytes} align {l.MaxAlignment} length {l.StringLengthBytes}"));
        foreach (var type in _module.Types)
            WriteType(type);
        foreach (var implementation in _module.Implementations)
            WriteImplementation(implementation);
        foreach (var global in _module.Globals)
            WriteGlobal(global);
        foreach (var function in _module.Functions)
        {
            _text.Append(function.IsExtern ? "" : "\n");
            WriteFunction(function);
        }
    }

    private void Line(params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
            _text.Append(part);
        _text.Append('\n');
    }

    private void List<T>(IEnumerable<T> items, Action<T> write, string separator = ", ")
    {
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                _text.Append(separator);
            first = false;
            write(item);
        }
    }

    private void Location(SourceLocation location)
    {
        if (_options.WithLocations && location != default)
            _text.Append(" !").Append(Text(location));
    }

    private static string Text(SourceLocation l) =>
        string.Create(CultureInfo.InvariantCulture, $"{l.File}:{l.Line}:{l.Column}:{l.Length}");

    private void TypeParameters(System.Collections.Immutable.ImmutableArray<TypeParameter> parameters)
    {
        if (parameters.IsDefaultOrEmpty)
            return;
        foreach (var p in parameters)
            _typeParameters[p] = NameOf(p, parameters);
        _text.Append('<');
        List(parameters, p =>
        {
            _text.Append(_typeParameters[p]);
            if (p.Bounds.IsDefaultOrEmpty)
                return;
            _text.Append(": ");
            List(p.Bounds, Type, " + ");
        });
        _text.Append('>');
    }

    // A parameter that reads as a type of the module, or as another parameter, gets a number behind its name.
    private string NameOf(TypeParameter parameter, System.Collections.Immutable.ImmutableArray<TypeParameter> all)
    {
        var name = parameter.Name;
        for (var n = 2; Taken(name); n++)
            name = parameter.Name + "_" + n.ToString(CultureInfo.InvariantCulture);
        return MirNames.Type(name);

        bool Taken(string candidate) => _module.FindType(candidate) is not null ||
            all.TakeWhile(p => p != parameter).Any(p => _typeParameters[p] == MirNames.Type(candidate));
    }

    private void Type(MirType type)
    {
        switch (type)
        {
            case TypeDefinition d:
                _text.Append(MirNames.Type(d.Name));
                break;
            case TypeParameter p:
                _text.Append(_typeParameters.GetValueOrDefault(p) ?? MirNames.Type(p.Name));
                break;
            case ArrayType a:
                Wrapped("[", a.Element);
                _text.Append("; ").Append(a.Length).Append(']');
                break;
            case SliceType s:
                Wrapped("[]", s.Element);
                break;
            case ReferenceType r:
                Wrapped(r.Mutable ? "&mut " : "&", r.Element);
                break;
            case PointerType p:
                Wrapped("*", p.Element);
                break;
            case BoxType b:
                Wrapped("box<", b.Element, ">");
                break;
            case ChannelType c:
                Wrapped("chan<", c.Element, ">");
                break;
            case TupleType t:
                Types("(", t.Items, ")");
                break;
            case InstanceType i:
                _text.Append(MirNames.Type(i.Definition.Name));
                Types("<", i.Arguments, ">");
                break;
            case FunctionType f:
                Types("fn(", f.Parameters, ")");
                Result(f.Result);
                break;
            default:
                _text.Append(type);
                break;
        }
    }

    private void Wrapped(string before, MirType type, string after = "")
    {
        _text.Append(before);
        Type(type);
        _text.Append(after);
    }

    private void Types(string before, IEnumerable<MirType> types, string after)
    {
        _text.Append(before);
        List(types, Type);
        _text.Append(after);
    }

    private void Result(MirType result)
    {
        if (result.Kind != TypeKind.Void)
            Wrapped(" -> ", result);
    }

    private void Reference(FunctionRef reference)
    {
        _text.Append(MirNames.Global(reference.Function.Name));
        if (!reference.TypeArguments.IsDefaultOrEmpty)
            Types("<", reference.TypeArguments, ">");
    }
}
