using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>Literals of arrays, tuples in braces and structs, and comprehensions.</content>
internal sealed partial class Parser
{
    /// <summary><c>[a, b]</c>, <c>[v; n]</c>, <c>[v for x in e if c]</c>.</summary>
    private Expression ParseArrayLiteral()
    {
        Token open = _token;
        Advance();
        Mode before = SetMode(Mode.Bracketed);
        Expression literal = ParseArrayContent(open);
        SetMode(before);
        return IsLiteralOfGo() && literal is ArrayLiteral { Elements: [_] } ? SkipLiteralOfGo(open) : literal;
    }

    private Expression ParseArrayContent(Token open)
    {
        if (Accept(TokenKind.CloseBracket))
        {
            return IsLiteralOfGo() ? SkipLiteralOfGo(open) : new ArrayLiteral(From(open.Start), []);
        }

        Expression first = ParseExpression();
        if (Accept(TokenKind.Semicolon))
        {
            Expression count = ParseExpression();
            ExpectClose(TokenKind.CloseBracket, open);
            return new RepeatLiteral(From(open.Start), first, count);
        }

        if (Accept(TokenKind.For))
        {
            return ParseComprehension(open, first);
        }

        var elements = ImmutableArray.CreateBuilder<Expression>();
        elements.Add(first);
        while (ListContinues(TokenKind.CloseBracket) && !EndsList(TokenKind.CloseBracket))
        {
            elements.Add(ParseExpression());
        }

        ExpectClose(TokenKind.CloseBracket, open);
        return new ArrayLiteral(From(open.Start), elements.DrainToImmutable());
    }

    /// <summary>
    /// What follows the first <c>for</c>; each further one runs for every element of those before it.
    /// </summary>
    private Comprehension ParseComprehension(Token open, Expression value)
    {
        Pattern element = ParsePattern();
        Expect(TokenKind.In);
        Expression iterable = ParseHead(Mode.Bracketed & ~Mode.InlineIf);
        Expression? condition = Accept(TokenKind.If) ? ParseHead(Mode.Bracketed & ~Mode.InlineIf) : null;
        bool isJoined = Accept(TokenKind.For);
        if (isJoined)
        {
            value = ParseComprehension(open, value);
        }
        else
        {
            ExpectClose(TokenKind.CloseBracket, open);
        }

        return new Comprehension(From(open.Start), value, element, iterable, condition, isJoined);
    }

    /// <summary><c>{1, 2, 3}</c>.</summary>
    private BraceLiteral ParseBraceLiteral()
    {
        Token open = _token;
        Advance();
        Mode before = SetMode(Mode.Bracketed);
        var elements = ImmutableArray.CreateBuilder<Expression>();
        while (Kind is not (TokenKind.CloseBrace or TokenKind.EndOfFile))
        {
            elements.Add(ParseExpression());
            if (!Accept(TokenKind.Comma))
            {
                break;
            }
        }

        SetMode(before);
        ExpectClose(TokenKind.CloseBrace, open);
        return new BraceLiteral(From(open.Start), elements.DrainToImmutable());
    }

    private bool IsStructLiteral(Expression target)
    {
        if ((_mode & Mode.Structs) == 0 || _token.NewLineBefore)
        {
            return false;
        }

        bool isForeign = target is NameExpression { Name.Text: var type } && type.Length > 0
            && char.IsAsciiLetterUpper(type[0])
            && (KindAt(_index + 1) == TokenKind.Identifier ? KindAt(_index + 2) == TokenKind.Equal
                : IsLiteral(KindAt(_index + 1)) && KindAt(_index + 2) is TokenKind.Comma or TokenKind.CloseBrace);
        while (target is MemberExpression member)
        {
            target = member.Target;
        }

        return target is NameExpression && (isForeign || IsFieldList(_index));
    }

    /// <summary>The fields of a struct literal; <paramref name="target"/> is the name already read, if any.</summary>
    private StructLiteral ParseStructLiteral(int start, Expression? target)
    {
        NamedType? type = target is null ? null : TypeOf(target);
        Token open = _token;
        int opening = _index;
        Advance();
        Mode before = SetMode(Mode.Bracketed);
        var fields = ImmutableArray.CreateBuilder<FieldInitializer>();
        while (Kind is not (TokenKind.CloseBrace or TokenKind.EndOfFile))
        {
            int fieldStart = _token.Start;
            if (IsLiteral(Kind) && fields.Count == 0)
            {
                ReportForeign(_token.Span, "struct values without the names of the fields",
                    type is null ? "write 'Point { x: 1, y: 2 }'" : $"write '{FormOf(type.Name.Text)}'");
                SkipTo(Math.Max(_index, ScanBrackets(_index - 1) - 1));
                break;
            }

            if (Kind == TokenKind.DotDot && ScanBrackets(opening) is var end and > 0)
            {
                TextSpan rest = TextSpan.FromBounds(_token.Start, TokenAt(end - 2).End);
                string copied = _source.ToString(rest)[2..].Trim();
                ReportForeign(rest, "'..' in values of structs",
                    $"copy it, then change the copy: 'let mut copy = {copied}', 'copy.x = …'");
                SkipTo(end - 1);
                break;
            }

            Identifier name = TokenFacts.IsKeyword(Kind) && KindAt(_index + 1) == TokenKind.Colon
                ? TakeName() : ParseName("a field");
            if (Kind == TokenKind.Equal)
            {
                ReportForeign(_token.Span, "'=' behind the name of a field", $"write '{name.Text}: …'");
                Replace(TokenKind.Colon);
            }

            Expression value = Accept(TokenKind.Colon) ? ParseExpression() : new NameExpression(name.Span, name, []);
            fields.Add(new FieldInitializer(From(fieldStart), name, value));
            bool separated = Accept(TokenKind.Comma) || Accept(TokenKind.Semicolon);
            bool another = Kind == TokenKind.Identifier && KindAt(_index + 1) is TokenKind.Colon or TokenKind.Equal;
            if (!separated && !another)
            {
                break;
            }

            if (!separated && !_token.NewLineBefore && MayReport())
            {
                _diagnostics.ExpectedToken(Here, "',' or '}'", Found(), $"add ',' before '{Text(_token)}'");
            }
        }

        SetMode(before);
        ExpectClose(TokenKind.CloseBrace, open);
        return new StructLiteral(From(start), type, fields.DrainToImmutable());
    }

    /// <summary>A path that turned out to name a type.</summary>
    private static NamedType TypeOf(Expression path)
    {
        var names = new Stack<Identifier>();
        ImmutableArray<TypeSyntax> arguments = [];
        Expression rest = path;
        while (rest is MemberExpression member)
        {
            names.Push(member.Name);
            arguments = arguments.IsEmpty ? member.TypeArguments : arguments;
            rest = member.Target;
        }

        if (rest is NameExpression name)
        {
            names.Push(name.Name);
            arguments = arguments.IsEmpty ? name.TypeArguments : arguments;
        }

        return new NamedType(path.Span, [.. names], arguments);
    }
}
