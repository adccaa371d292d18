using System.Collections.Immutable;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <content>Metafunctions that make source, and those that speak while the program is compiled.</content>
internal sealed partial class BodyBinder
{
    /// <summary>A metafunction as a statement: what it makes joins the block around it.</summary>
    private BoundStatement? BindGenerated(MetaExpression call)
    {
        if (ProgramBinder.IsConstant(call))
            return BindLocalConst(_program.DefinitionOf(call));
        if (call is { Name.Text: "define", Text: not null })
        {
            _program.DefineTemplate(call, _source);
            return null;
        }
        if (Generate(call) is not { Block: { } block } made)
            return null;
        var outer = _source;
        _source = made.Source;
        DeclareNested(block);
        var statements = block.Statements.Select(BindStatement).OfType<BoundStatement>().ToImmutableArray();
        if (block.Tail is { } tail)
            statements = statements.Add(new BoundExpressionStatement(WithDefaultType(Bind(tail, MirType.Void))));
        _source = outer;
        return new BoundExpandedStatement(call.Span, made.Source, new BoundSequence(block.Span, statements));
    }

    /// <summary>A metafunction as an expression: the value of what it makes.</summary>
    private BoundExpression BindGenerated(MetaExpression call, MirType? expected)
    {
        if (Generate(call) is not { Block: { } block } made)
            return Failed(call.Span);
        var outer = _source;
        _source = made.Source;
        BoundExpression value = BindBlock(block, expected);
        _source = outer;
        if (value is BoundBlock { Statements: [], Tail: { } only })
            value = only;
        return value is BoundUntyped or BoundLiteral or BoundText or BoundFraction or BoundError
            ? value with { Span = call.Span } : new BoundExpansion(call.Span, made.Source, value);
    }

    /// <summary>The statements a metafunction makes.</summary>
    private GeneratedBlock Generate(MetaExpression call)
    {
        if (!_program.GeneratedBlocks.TryGetValue((call, _function), out var known))
            _program.GeneratedBlocks[(call, _function)] = known = Make(call);
        _bag.AddRange(known.Diagnostics);
        return known;
    }

    private GeneratedBlock Make(MetaExpression call)
    {
        var bag = new DiagnosticBag();
        return _program.SourceOf(call, _module, _source, _scope, bag) is { } code
            ? new GeneratedBlock(code.Source, SyntaxTree.ParseScript(code.Source, code.Span, bag), bag)
            : new GeneratedBlock(_source, null, bag);
    }

    /// <summary><c>@static_assert(…)</c> and <c>@static_print(…)</c>.</summary>
    public BoundExpression BindStatic(MetaExpression call)
    {
        if (call.Name.Text != "static_print")
            CheckAssertion(call);
        else if (TextOfStatic(call) is { } text)
            _bag.Note(At(call.Span), text);
        return new BoundBlock(call.Span, [], null, MirType.Void);
    }

    private string? TextOfStatic(MetaExpression call)
    {
        AllowComputation(call);
        var text = BindTextOf(call);
        if (AnyError(text))
            return null;
        text = text is BoundText ? text : Compute(text, call, "the text");
        if (text is BoundText known)
            return known.Text.ToString();
        if (text is null)
            _bag.NotConstant(At(call.Span), "the text");
        return null;
    }

    /// <summary>The arguments of a metafunction as one string.</summary>
    private BoundExpression BindTextOf(MetaExpression call) => call.Arguments switch
    {
        [{ Value: FormatString f }, .. var rest] => BindToString(f, [.. rest]),
        [{ Value: StringLiteral s }] => Bind(s, null),
        _ => call.Arguments.Select(a => BindStringOf(Read(BindValue(a.Value))))
            .Aggregate((a, b) => Concat(call.Span, a, b)),
    };

    /// <summary><c>@emit(…)</c>, and <c>@static_print(…)</c> in code that runs at compile time.</summary>
    private BoundExpression BindCompileTimeText(MetaExpression call)
    {
        var isSource = call.Name.Text == "emit";
        if (_function is not null)
            _function.IsCompileTimeOnly |= isSource;
        var text = BindTextOf(call);
        return AnyError(text) ? text : new BoundCompileTimeText(call.Span, isSource, text);
    }

    /// <summary><c>@debug { … }</c> and <c>@debug("…")</c>: nothing in optimised builds.</summary>
    private BoundExpression BindDebug(MetaExpression call)
    {
        if (!_program.Options.IsDebug)
            return new BoundBlock(call.Span, [], null, MirType.Void);
        return call.Body is { } body ? BindBlock(body, MirType.Void) : BindPrint(call, newLine: true);
    }
}
