using System.Collections.Immutable;
using MinZ.Frontend.Binding;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>Declarations, statements and values as C, Go, Rust and Python write them.</content>
internal sealed partial class Parser
{
    /// <summary>Whether <c>char *s = …</c> begins here: a product as a statement would do nothing.</summary>
    private bool IsPointerOfC(string type) => KindAt(_index + 1) == TokenKind.Star && ForeignWords.IsTypeName(type)
        && KindAt(_index + 2) == TokenKind.Identifier && !TokenAt(_index + 2).SpaceBefore
        && (KindAt(_index + 3) == TokenKind.Equal || EndsAfter(_index + 3));

    private Statement ParsePointerOfC(string type)
    {
        Token name = TokenAt(_index + 2);
        ReportForeign(_token.Span.To(name.Span), "variables with the type before the name",
            $"write 'let {Text(name)}: {(type == "char" ? "str" : $"*{ForeignNames.TypeFor(type)}")} = …'");
        Advance();
        Replace(TokenKind.Let);
        return ParseStatementCore();
    }

    /// <summary>A value of a struct, with the names of its fields when it is declared in this file.</summary>
    private string FormOf(string type)
    {
        var fields = new List<string>();
        int i = 0;
        while (KindAt(i) != TokenKind.EndOfFile && !(KindAt(i) == TokenKind.Struct && IsWordAt(i + 1, type)
            && KindAt(i + 2) == TokenKind.OpenBrace))
        {
            i++;
        }

        for (i += 3; KindAt(i) is not (TokenKind.CloseBrace or TokenKind.EndOfFile); i++)
        {
            if (KindAt(i) == TokenKind.Identifier && KindAt(i + 1) == TokenKind.Colon)
            {
                fields.Add($"{Text(TokenAt(i))}: …");
            }
        }

        return $"{type} {{ {(fields.Count > 0 ? string.Join(", ", fields) : "field: …")} }}";
    }

    /// <summary><c>bits Flags { … }</c>, read as <c>type Flags = bits { … }</c>.</summary>
    private Declaration ParseBitsBeforeName(int start, ImmutableArray<AttributeSyntax> attributes)
    {
        Token word = _token;
        Token name = TokenAt(_index + 1);
        ReportForeign(word.Span.To(name.Span), $"'{Text(word)}' before the name of a type",
            $"write 'type {Text(name)} = {Text(word)} {{ … }}'");
        _tokens =
        [
            .. _tokens[.._index], word with { Kind = TokenKind.Type }, name,
            new Token(TokenKind.Equal, TokenFlags.SpaceBefore, name.End, 0),
            word with { Flags = TokenFlags.SpaceBefore }, .. _tokens[(_index + 2)..],
        ];
        _token = _tokens[_index];
        return ParseDeclarationCore(start, attributes, Modifiers.None, atTop: true);
    }

    /// <summary><c>a, b := f()</c> and <c>a, b = b, a</c>; null where neither stands here.</summary>
    private Statement? ParseNamesOfGo(int start)
    {
        int i = _index;
        while (KindAt(i) == TokenKind.Identifier && KindAt(i + 1) == TokenKind.Comma)
        {
            i += 2;
        }

        bool declares = KindAt(i + 1) == TokenKind.Colon && KindAt(i + 2) == TokenKind.Equal;
        if (KindAt(i) != TokenKind.Identifier || !(declares || KindAt(i + 1) == TokenKind.Equal)
            || TokenAt(i).NewLineBefore)
        {
            return null;
        }

        TextSpan names = _token.Span.To(TokenAt(i).Span);
        string list = _source.ToString(names);
        ReportForeign(names, declares ? "lists of names before ':='" : "lists of names before '='",
            declares ? $"write 'let ({list}) = …'" : $"write '({list}) = (…, …)'");
        SkipLine();
        Accept(TokenKind.Semicolon);
        return new EmptyStatement(From(start));
    }

    /// <summary><c>func (p Point) Sum() int { … }</c>: reported and skipped; null when it is no method.</summary>
    private MissingDeclaration? ParseReceiverOfGo(int start)
    {
        int after = ScanBrackets(_index + 1);
        if (after < 0 || KindAt(after) != TokenKind.Identifier || KindAt(after + 1) != TokenKind.OpenParen)
        {
            return null;
        }

        string type = Text(TokenAt(after - 2)).ToString();
        TextSpan receiver = TextSpan.FromBounds(_token.Start, TokenAt(after - 1).End);
        ReportForeign(receiver, "receivers before the name of a function",
            $"write 'fn {type}.{Text(TokenAt(after))}(self) {{ … }}', or put it into 'impl {type} {{ … }}'");
        SkipStatement();
        return new MissingDeclaration(From(start));
    }

    /// <summary><c>use a::b::{c, d};</c>, read as <c>import a.b</c>.</summary>
    private ImportDeclaration ParseUseOfRust(int start)
    {
        int end = _index + 1;
        while (KindAt(end + 1) is TokenKind.ColonColon or TokenKind.Dot && KindAt(end + 2) == TokenKind.Identifier)
        {
            end += 2;
        }

        string path = _source.ToString(TextSpan.FromBounds(TokenAt(_index + 1).Start, TokenAt(end).End));
        ReportForeign(_token.Span, "'use'", $"write 'import {path.Replace("::", ".", StringComparison.Ordinal)}'");
        Replace(TokenKind.Import);
        return ParseImport(start);
    }

    private bool IsGroupOfGo() => KindAt(_index + 1) == TokenKind.OpenParen && TokenAt(_index + 2).NewLineBefore
        && KindAt(_index + 2) == TokenKind.Identifier && KindAt(_index + 3) != TokenKind.Comma;

    /// <summary><c>const ( A = 1 … )</c>, read as if the word stood before each line.</summary>
    private Declaration ParseGroupOfGo(int start, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers)
    {
        Token word = _token;
        ReportForeign(word.Span.To(TokenAt(_index + 1).Span), "groups of declarations",
            $"write '{Text(word)}' before each of them");
        int after = ScanBrackets(_index + 1);
        if (after < 0)
        {
            SkipLine();
            return new MissingDeclaration(From(start));
        }

        var tokens = new List<Token>(_tokens[.._index]);
        int depth = 0;
        for (int i = _index + 2; i < after - 1; i++)
        {
            if (depth == 0 && _tokens[i].NewLineBefore)
            {
                tokens.Add(new Token(word.Kind, _tokens[i].Flags, _tokens[i].Start, 0));
            }

            depth += NestingOf(KindAt(i));
            tokens.Add(_tokens[i] with { Flags = depth == 0 ? TokenFlags.SpaceBefore : _tokens[i].Flags });
        }

        _quietUntil = Math.Max(_quietUntil, _tokens[after - 1].End);
        tokens.AddRange(_tokens[after..]);
        _tokens = [.. tokens];
        _token = _tokens[_index];
        return ParseDeclarationCore(start, attributes, modifiers, atTop: true);
    }

    /// <summary>Skips the lines that stand further right than this one: what Python takes for a class.</summary>
    private MissingDeclaration SkipIndented(int start)
    {
        int owner = LineStart(_index);
        do
        {
            Advance();
        }
        while (Kind != TokenKind.EndOfFile && !(_token.NewLineBefore && Column(_index) <= Column(owner)));
        _quietUntil = Math.Max(_quietUntil, _previousEnd);
        return new MissingDeclaration(From(start));
    }

    /// <summary><c>private</c> and the like before a member: reported once and left out.</summary>
    private void SkipForeignModifiers()
    {
        while (KindAt(_index + 1) == TokenKind.Identifier && !TokenAt(_index + 1).NewLineBefore
            || KindAt(_index + 1) == TokenKind.Static)
        {
            if (Kind != TokenKind.Static)
            {
                if (Kind != TokenKind.Identifier
                    || ForeignWords.BeforeMember(Text(_token).ToString()) is not { } instead)
                {
                    return;
                }

                ReportForeign(_token.Span, $"'{Text(_token)}' before a field", instead);
            }

            Advance();
        }
    }

    /// <summary><c>int f(int x) { … }</c> among the fields of a struct: reported and skipped.</summary>
    private FieldDeclaration SkipMethodOfC(int start, ImmutableArray<AttributeSyntax> attributes)
    {
        Token name = TokenAt(_index + 1);
        ReportForeign(_token.Span.To(name.Span), "functions with the result type before the name",
            $"write 'fn {Text(name)}(self) {(Text(_token) is "void" ? "" : $"-> {Text(_token)} ")}{{ … }}'");
        SkipStatement();
        return new FieldDeclaration(From(start), attributes, Modifiers.None, new Identifier("", From(start)),
            new MissingType(From(start)), null);
    }

    /// <summary><c>speak(): void { … }</c> and <c>constructor(x: u8) { … }</c> inside a struct.</summary>
    private FieldDeclaration SkipMethodOfScript(int start, ImmutableArray<AttributeSyntax> attributes)
    {
        string name = Text(_token).ToString();
        ReportForeign(_token.Span, "methods without 'fn'", name is "constructor" or "init" or "__init__"
            ? "a value is made by 'Name { field: value }'; a function without 'self' may do more"
            : $"write 'fn {name}(self) {{ … }}'");
        SkipStatement();
        return new FieldDeclaration(From(start), attributes, Modifiers.None, new Identifier("", From(start)),
            new MissingType(From(start)), null);
    }

    /// <summary>Whether <c>count int</c> follows, as in Go, where the second is the name of a type.</summary>
    private bool IsTypeBehindName() => Kind == TokenKind.Identifier && KindAt(_index + 1) == TokenKind.Identifier
        && !TokenAt(_index + 1).NewLineBefore
        && ForeignWords.IsBuiltInType(Text(TokenAt(_index + 1)).ToString())
        && !ForeignWords.IsBuiltInType(Text(_token).ToString())
        && (KindAt(_index + 2) == TokenKind.Equal || EndsAfter(_index + 2));

    /// <summary><c>println!(…)</c> and <c>vec![…]</c> behind the name.</summary>
    private Expression ParseMacroOfRust(int start, NameExpression target)
    {
        int after = ScanBrackets(_index + 1);
        bool isFormat = KindAt(_index + 2) == TokenKind.String && after > 0
            && _source.ToString(TokenAt(_index + 2).Span).Contains('{', StringComparison.Ordinal);
        string inside = after < 0 ? "…"
            : _source.ToString(TextSpan.FromBounds(TokenAt(_index + 1).End, TokenAt(after - 1).Start));
        inside = inside.Length > 60 || inside.AsSpan().ContainsAny('\n', '\r') ? "…" : inside;
        string name = target.Name.Text;
        ReportForeign(target.Span.To(_token.Span), $"'!' behind a name", name switch
        {
            "println" or "print" when isFormat => $"write '@{name}({inside})'",
            "eprintln" or "dbg" or "write" or "writeln" => "write 'print(…)'",
            "format" => $"write '@to_string({inside})'",
            "vec" => $"write '[{inside}]', or use 'List' of 'std.collections'",
            "todo" or "unimplemented" or "unreachable" => "write 'panic(\"…\")'",
            _ => $"write '{name}({inside})'",
        });
        Advance();
        if (Kind == TokenKind.OpenBracket)
        {
            SkipTo(after < 0 ? _index + 1 : after);
            return new MissingExpression(From(start));
        }

        return target;
    }

    /// <summary><c>a[1:]</c>, <c>a[:2]</c>, <c>a[1:2]</c>.</summary>
    private void SkipSliceOfPython(int start)
    {
        int close = OnThisLine(TokenKind.CloseBracket);
        string from = _source.ToString(TextSpan.FromBounds(start, _token.Start)).Trim();
        string to = close < 0 ? "" : _source.ToString(TextSpan.FromBounds(_token.End, TokenAt(close).Start)).Trim();
        ReportForeign(_token.Span, "':' in a slice", $"write '[{from}..{to}]'");
        SkipTo(close < 0 ? _index + 1 : close);
    }

    /// <summary><c>x =&gt; e</c> in the place of a value; what stands before the arrow was read.</summary>
    private MissingExpression ParseArrowLambda(int start)
    {
        string parameters = _source.ToString(From(start)).Trim('(', ')');
        string rest = _source.Text[_token.End..].Split('\n', '\r')[0];
        int end = EndOfValue(rest);
        bool isShort = parameters.Length <= 30 && end <= 40 && !rest.AsSpan(0, end).Contains('{');
        ReportForeign(_token.Span, "'=>' for a function value",
            isShort ? $"write '|{parameters}| {rest[..end].Trim()}'" : $"write '|{parameters}| …'");
        Advance();
        _ = ParseExpression();
        return new MissingExpression(From(start));
    }

    /// <summary>Where a value ends on its line: at a comma, a semicolon or the bracket around it.</summary>
    private static int EndOfValue(string text)
    {
        int depth = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' or '[' or '{' => 1, ')' or ']' or '}' => -1, _ => 0 };
            if (depth < 0 || (depth == 0 && text[i] is ',' or ';'))
            {
                return i;
            }
        }

        return text.Length;
    }

    /// <summary><c>{"a": 1}</c>: reported and skipped.</summary>
    private MissingExpression SkipDictionary()
    {
        int start = _token.Start;
        int after = ScanBrackets(_index);
        ReportForeign(_token.Span, "values that map keys to values",
            "use 'Map' of 'std.collections', or an array of pairs: [(\"a\", 1), (\"b\", 2)]");
        SkipTo(after < 0 ? _index + 1 : after);
        _quietUntil = Math.Max(_quietUntil, _previousEnd);
        return new MissingExpression(From(start));
    }

    /// <summary><c>spawn || { … }</c>, read as <c>spawn { … }</c>.</summary>
    private SpawnExpression ParseSpawnOfLambda()
    {
        int start = _token.Start;
        Advance();
        ReportForeign(_token.Span, "function values behind 'spawn'", "write 'spawn { … }'");
        return new SpawnExpression(From(start), ParsePostfix());
    }

    /// <summary>Whether <c>[]</c> was read and <c>u8{</c> follows.</summary>
    private bool IsLiteralOfGo() => Kind == TokenKind.Identifier && !_token.SpaceBefore
        && KindAt(_index + 1) == TokenKind.OpenBrace;

    private MissingExpression SkipLiteralOfGo(Token open)
    {
        int after = ScanBrackets(_index + 1);
        ReportForeign(open.Span.To(_token.Span), "types before the elements of an array", "write '[1, 2, 3]'");
        SkipTo(after < 0 ? _index + 1 : after);
        return new MissingExpression(From(open.Start));
    }

    /// <summary><c>map[K]V</c>: reported and skipped.</summary>
    private MissingType SkipMapOfGo()
    {
        int start = _token.Start;
        ReportForeign(_token.Span, "'map' types", "write 'Map<K, V>' of 'std.collections'");
        int after = ScanBrackets(_index + 1);
        SkipTo(after < 0 ? _index + 1 : after);
        if (Kind == TokenKind.Identifier && !_token.NewLineBefore)
        {
            Advance();
        }

        return new MissingType(From(start));
    }

    /// <summary><c>func(x int) int { … }</c>, <c>map[K]V{ … }</c>, <c>chan[T](n)</c>: reported and skipped.</summary>
    private bool SkipBracketsOfGo()
    {
        Token next = TokenAt(_index + 1);
        int after = next.Kind is TokenKind.OpenParen or TokenKind.OpenBracket && !next.SpaceBefore
            ? ScanBrackets(_index + 1) : -1;
        string word = Text(_token).ToString();
        if (after < 0)
        {
            return false;
        }

        if (word == "chan" && next.Kind == TokenKind.OpenBracket)
        {
            ReportForeign(next.Span, "type arguments in '[ ]'", $"write 'chan<{Text(TokenAt(_index + 2))}>(1)'");
            SkipTo(KindAt(after) == TokenKind.OpenParen ? ScanBrackets(after) : after);
        }
        else if (word == "map" && KindAt(after) == TokenKind.Identifier && !TokenAt(after).SpaceBefore)
        {
            _ = SkipMapOfGo();
            SkipTo(Kind == TokenKind.OpenBrace ? ScanBrackets(_index) : _index);
        }
        else if (word == "switch" && KindAt(after) == TokenKind.OpenBrace)
        {
            ReportForeign(_token.Span, "'switch'", "write 'match value { pattern => … }'");
            SkipTo(Math.Max(after, ScanBrackets(after)));
        }
        else if (word is "func" or "function" && next.Kind == TokenKind.OpenParen
            && KindAt(after) is TokenKind.OpenBrace or TokenKind.Identifier)
        {
            ReportForeign(_token.Span, $"'{word}'", "write '|x| x + 1', or 'fn(x: type) -> type { … }'");
            SkipStatement();
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary><c>i, x := range a</c> and <c>i, x in a</c> behind <c>for</c>.</summary>
    private void SkipPairOfLoop()
    {
        int brace = OnThisLine(TokenKind.OpenBrace);
        int last = brace >= 0 ? brace - 1 : _index + 2;
        Token second = TokenAt(_index + 2);
        string list = KindAt(last) == TokenKind.Identifier ? Text(TokenAt(last)).ToString() : "list";
        ReportForeign(TextSpan.FromBounds(_token.Start, TokenAt(last).End), "loops over two variables",
            $"write 'for ({Text(_token)}, {Text(second)}) in {list}.enumerate() {{ … }}'");
        if (brace < 0)
        {
            SkipLine();
        }
        else
        {
            SkipTo(brace);
        }
    }

    /// <summary><c>u8 f(u8 x) { … }</c>.</summary>
    private FunctionDeclaration ParseFunctionOfC(
        int start, ImmutableArray<AttributeSyntax> attributes, string type, Token name)
    {
        TextSpan typeSpan = _token.Span;
        bool isVoid = type == "void";
        ReportForeign(typeSpan, "functions with the result type before the name",
            $"write 'fn {Text(name)}(…){(isVoid ? "" : $" -> {ForeignNames.TypeFor(type)}")}'");
        FunctionDeclaration f = ParseFunction(start, attributes, Modifiers.None, FunctionForm.Ordinary);
        TypeSyntax? result = f.Result ?? (isVoid ? null : new NamedType(
            typeSpan, [new Identifier(type, typeSpan)], []));
        return new FunctionDeclaration(f.Span, attributes, f.Modifiers, f.Form, f.Receiver, f.Name, f.CanFail,
            f.TypeParameters, f.Parameters, result, f.Body);
    }

    private VariableDeclaration ParseGlobalOfC(
        int start, ImmutableArray<AttributeSyntax> attributes, string type, Token name)
    {
        ReportForeign(_token.Span.To(name.Span), "variables with the type before the name",
            $"write 'global {Text(name)}: {ForeignNames.TypeFor(type)} = …'");
        Replace(TokenKind.Global);
        return ParseVariable(start, attributes, Modifiers.None);
    }
}
