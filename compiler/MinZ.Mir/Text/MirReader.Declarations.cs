using System.Collections.Immutable;

namespace MinZ.Mir.Text;

public sealed partial class MirReader
{
    private static readonly string[] DeclarationWords =
        ["module", "file", "layout", "type", "impl", "const", "global", "extern", "test", "func"];

    /// <summary>A declaration whose inside is read once all names are known.</summary>
    private readonly record struct Pending(object Declared, int At, ImmutableArray<TypeParameter> Parameters);

    private readonly List<Pending> _typeBodies = [];
    private readonly List<Pending> _initials = [];
    private readonly List<Pending> _bodies = [];

    private void ReadModule()
    {
        var starts = Declarations();
        foreach (var start in starts)
            At(start, DeclareType);
        for (var i = 0; i < _typeBodies.Count; i++)
            At(_typeBodies[i].At, () => ReadTypeParameters(i));
        _file = starts.Count(s => IsWord(_tokens[s], "file")) + 1;
        foreach (var start in starts)
            At(start, Declare);
        if (_path is not null)
            _module.Files.Add(_path);
        foreach (var body in _typeBodies)
            At(body.At, () => ReadTypeBody(body));
        foreach (var start in starts)
            At(start, () => !AtWord("impl") || ReadImplementation());
        foreach (var initial in _initials)
            At(initial.At, () => ReadInitial((Global)initial.Declared));
        foreach (var body in _bodies)
            At(body.At, () => ReadBody((Function)body.Declared, body.Parameters));
    }

    private void At(int token, Func<bool> read)
    {
        if (token < 0)
            return;
        _at = token;
        _depth = 0;
        _typeParameters = [];
        read();
    }

    /// <summary>Token indices at which declarations start; each ends where a line ends outside all brackets.</summary>
    private List<int> Declarations()
    {
        var starts = new List<int>();
        var open = new Stack<Token>();
        var fresh = true;
        for (var i = 0; i < _tokens.Count; i++)
        {
            var t = _tokens[i];
            if (t.Kind is TokenKind.Line or TokenKind.End)
            {
                fresh |= open.Count == 0;
                continue;
            }
            if (open.Count > 0 && i > 0 && _tokens[i - 1].Kind == TokenKind.Line && StartsDeclaration(t))
            {
                Report(MirCodes.Expected, open.Peek(), "this bracket is not closed");
                open.Clear();
                fresh = true;
            }
            if (fresh)
                starts.Add(i);
            fresh = false;
            if (IsMark(t, '{') || IsMark(t, '(') || IsMark(t, '['))
                open.Push(t);
            else if (IsMark(t, '}') || IsMark(t, ')') || IsMark(t, ']'))
                open.TryPop(out _);
        }
        if (open.Count > 0)
            Report(MirCodes.Expected, open.Peek(), "this bracket is not closed");
        return starts;
    }

    private bool StartsDeclaration(Token t) =>
        _lines.BinarySearch(t.Start) >= 0 && DeclarationWords.Any(w => IsWord(t, w));

    private bool DeclareType()
    {
        if (!AcceptWord("type"))
            return true;
        var t = Current;
        if (!Name("the name of the type", out var name))
            return false;
        var body = _at;
        while (Current.Kind is not (TokenKind.Line or TokenKind.End) && !At('='))
            _at++;
        if (!Expect('='))
            return false;
        TypeDefinition? type = Current.Kind != TokenKind.Word ? null : TextOf(Current) switch
        {
            "struct" => new StructType(name),
            "enum" => new EnumType(name),
            "interface" => new InterfaceType(name),
            "actor" => new ActorType(name),
            _ => null,
        };
        if (type is null)
            return Wanted("'struct', 'enum', 'interface' or 'actor'");
        if (_module.FindType(name) is not null)
            return Duplicate(t, "type", name);
        _module.Add(type);
        _typeBodies.Add(new Pending(type, body, []));
        return true;
    }

    private bool Duplicate(Token at, string what, string name) =>
        Report(MirCodes.DuplicateName, at, $"the {what} {Shown(name)} is declared twice");

    private bool ReadTypeParameters(int index)
    {
        var type = (TypeDefinition)_typeBodies[index].Declared;
        var ok = TypeParameters(out var parameters);
        type.TypeParameters = parameters;
        _typeBodies[index] = new Pending(type, ok ? _at : -1, parameters);
        return ok;
    }

    private bool Declare()
    {
        var t = Current;
        if (AcceptWord("module"))
        {
            if (!Name("the module's name", out var name))
                return false;
            _module.Name = name;
            return EndOfLine();
        }
        if (AcceptWord("file"))
        {
            if (!StringText("a path in quotes", out var path))
                return false;
            _module.Files.Add(path);
            return EndOfLine();
        }
        if (AcceptWord("layout"))
            return ReadLayout();
        if (AtWord("const") || AtWord("global"))
            return DeclareGlobal();
        if (AtWord("func") || AtWord("extern") || AtWord("test"))
            return DeclareFunction();
        return AtWord("type") || AtWord("impl") ||
            Report(MirCodes.Expected, t, $"expected a declaration, found {Shown(_text.Substring(t.Start, t.Length))}",
                "a declaration starts with " + string.Join(", ", DeclarationWords));
    }

    private bool ReadLayout()
    {
        if (!ExpectWord("pointer") || !Integer("a size in bytes", 2, 4, out var pointer) ||
            !ExpectWord("align") || !Integer("an alignment", 1, 8, out var align) ||
            !ExpectWord("length") || !Integer("a size in bytes", 2, 4, out var length))
            return false;
        _module.Layout = new DataLayout((int)pointer, (int)align, (int)length);
        return EndOfLine();
    }

    private bool ExpectWord(string word) => AcceptWord(word) || Wanted($"'{word}'");

    private bool DeclareGlobal()
    {
        var isConst = AtWord("const");
        _at++;
        if (!Type(out var type))
            return false;
        var t = Current;
        if (!Name("the global's name", out var name))
            return false;
        if (_module.FindGlobal(name) is not null)
            return Duplicate(t, "global", name);
        var global = _module.Add(new Global(name, type) { IsConst = isConst });
        if (!GlobalMarks(global))
            return false;
        if (Accept('='))
        {
            _initials.Add(new Pending(global, _at, []));
            global.Location = Here(t);
            return true;
        }
        if (!OptionalLocation(out var location, t))
            return false;
        global.Location = location;
        return EndOfLine();
    }

    private bool GlobalMarks(Global global)
    {
        while (Current.Kind == TokenKind.Word)
        {
            if (AcceptWord("volatile"))
                global.Volatile = true;
            else if (AcceptWord("export"))
                global.Exported = true;
            else if (AcceptWord("at"))
            {
                if (!Integer("an address", 0, int.MaxValue, out var address))
                    return false;
                global.Address = (int)address;
            }
            else if (AcceptWord("align"))
            {
                if (!Integer("an alignment", 1, 1 << 20, out var alignment))
                    return false;
                global.Alignment = (int)alignment;
            }
            else
                return Wanted("'at', 'volatile', 'align', 'export' or '='");
        }
        return true;
    }

    private bool ReadInitial(Global global)
    {
        if (!Constant(global.Type, out var value))
            return false;
        global.Initial = value;
        if (At('!'))
        {
            if (!OptionalLocation(out var location, Current))
                return false;
            global.Location = location;
        }
        return EndOfLine();
    }

    private bool ReadImplementation()
    {
        _at++;
        if (!TypeParameters(out var parameters) || !Type(out var contract) || !ExpectWord("for") ||
            !Type(out var type))
            return false;
        var t = Current;
        if (TypeMembers.DefinitionOf(contract) is not InterfaceType definition)
            return Report(MirCodes.NoMember, t, $"{contract} is no interface");
        var methods = new Function?[definition.Methods.Length];
        if (!Expect('{') || !List('}', () => ReadImplementationMethod(definition, methods)))
            return false;
        for (var i = 0; i < methods.Length; i++)
            if (methods[i] is null)
                return Report(MirCodes.NoMember, t, $"the implementation lacks '{definition.Methods[i].Name}'");
        _module.Implementations.Add(new Implementation(contract, type, [.. methods!]) { TypeParameters = parameters });
        return EndOfLine();
    }

    private bool ReadImplementationMethod(InterfaceType definition, Function?[] methods)
    {
        var t = Current;
        if (!Name("a method of the interface", out var name))
            return false;
        var index = definition.Methods.Select(m => m.Name).ToList().IndexOf(name);
        if (index < 0)
            return Report(MirCodes.NoMember, t, $"{definition} has no method {Shown(name)}");
        if (methods[index] is not null)
            return Duplicate(t, "method", name);
        if (!Expect('=') || !FunctionName(out var function))
            return false;
        methods[index] = function;
        return true;
    }

    private bool FunctionName(out Function function)
    {
        function = null!;
        var t = Current;
        if (!Name("the name of a function", out var name))
            return false;
        if (_module.FindFunction(name) is not { } found)
            return Report(MirCodes.UnknownName, t, $"there is no function {Shown(name)}");
        function = found;
        return true;
    }
}
