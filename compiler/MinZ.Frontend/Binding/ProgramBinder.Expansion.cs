using System.Collections.Immutable;
using MinZ.Frontend.CompileTime;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Binding;

/// <content>Metafunctions that make source: templates, <c>@minz</c> and <c>@lua</c>.</content>
internal sealed partial class ProgramBinder : IDisposable
{
    private readonly TemplateTable _templates = new();
    private readonly Queue<(Declaration Declaration, ModuleSymbol Module, SourceText Source)> _deferred = [];
    private IScriptSession? _scripts;

    /// <summary>Sources that were made.</summary>
    public Expansions Expansions => field ??= new Expansions(Files);

    /// <summary>What metafunctions inside functions made, by call and instance, so that it is made once.</summary>
    public Dictionary<(MetaExpression, FunctionSymbol?), GeneratedBlock> GeneratedBlocks { get; } = [];

    /// <summary>True for a metafunction that stands for source text.</summary>
    public static bool MakesSource(MetaExpression call) => call.Name.Text switch
    {
        "define" => call.Text is null && !IsConstant(call),
        "minz" or "lua" or "lua_eval" => true,
        _ => false,
    };

    /// <summary>True for <c>@define(NAME, value)</c> and <c>@define(NAME)</c>.</summary>
    public static bool IsConstant(MetaExpression call) =>
        call is { Name.Text: "define", Text: null, Arguments: [{ Value: NameExpression }, ..] and { Length: <= 2 } };

    /// <summary>The constant that such a definition declares; without a value it is true.</summary>
    public VariableDeclaration DefinitionOf(MetaExpression call)
    {
        if (_definitions.TryGetValue(call, out var known))
            return known;
        var name = ((NameExpression)call.Arguments[0].Value).Name;
        var value = call.Arguments.Length > 1 ? call.Arguments[1].Value : new BooleanLiteral(call.Span, true);
        return _definitions[call] = new VariableDeclaration(call.Span, [], Modifiers.None, VariableKeyword.Const, false,
            new NamePattern(name.Span, name, false), null, value);
    }

    private readonly Dictionary<MetaExpression, VariableDeclaration> _definitions = [];

    /// <summary>Notes <c>@define(a, b)[[[ … ]]]</c>.</summary>
    public void DefineTemplate(MetaExpression call, SourceText source) => _templates.Add(new Template(
        source.At(call.Span), [.. call.Arguments.Select(a => Template.TextOf(a, source))], call.Text!.Text));

    /// <summary>
    /// Where the source is that a call stands for: a part of the file itself, or a generated one; null after a report.
    /// </summary>
    /// <param name="scope">Names around it, for blocks that run.</param>
    public Location? SourceOf(
        MetaExpression call, ModuleSymbol module, SourceText source, Scope? scope, DiagnosticBag bag)
    {
        var where = Expansions.FirstLine(source.At(call.Span));
        return call.Name.Text switch
        {
            "define" => FromTemplate(call, where, bag),
            "minz" => FromMinz(call, module, where, scope, bag),
            _ => FromLua(call, where, bag),
        };
    }

    private Location? FromTemplate(MetaExpression call, Location where, DiagnosticBag bag)
    {
        if (_templates.Find(call.Arguments.Length, where) is { } template)
            return Filled(template, call.Arguments, where, bag);
        bag.UnknownTemplate(where, call.Arguments.Length, string.Join(", ", _templates.Counts));
        return null;
    }

    private Location? Filled(Template template, ImmutableArray<Argument> arguments, Location where, DiagnosticBag bag)
    {
        if (!template.TryExpand([.. arguments.Select(a => Template.TextOf(a, where.Source))], out var text))
        {
            bag.TemplateHole(where, text, arguments.Length, template.Where);
            return null;
        }
        return Expansions.Add(text, where, bag) is { } made ? made.At(new TextSpan(0, made.Length)) : null;
    }

    private Location? FromMinz(
        MetaExpression call, ModuleSymbol module, Location where, Scope? scope, DiagnosticBag bag)
    {
        if (call is { Text: null, Arguments: [{ Value: StringLiteral template }, .. var values] })
            return Filled(new Template(where, [], template.Text), [.. values], where, bag);
        if (call.Text is not { } text)
        {
            bag.MissingTemplate(where, "@minz");
            return null;
        }
        var arguments = call.TextArguments.IsEmpty ? call.Arguments : call.TextArguments;
        var code = arguments.IsEmpty ? where.Source.At(text.Span)
            : Filled(new Template(where, [], text.Text), arguments, where, bag);
        return code is { } block && Runs(block) ? Run(block, module, where, scope, bag) : code;
    }

    /// <summary>A block that emits is run; any other is the source itself.</summary>
    private static bool Runs(Location code) => code.Source.Slice(code.Span).Contains("@emit", StringComparison.Ordinal);

    private Location? Run(Location code, ModuleSymbol module, Location where, Scope? scope, DiagnosticBag bag)
    {
        var errors = Diagnostics.ErrorCount;
        var block = SyntaxTree.ParseScript(code.Source, code.Span, Diagnostics);
        var function = new FunctionSymbol("@minz", module, null)
        {
            Where = code, Body = block, State = BindingState.Bound, Outer = scope, MirName = Unique("minz"),
            IsCompileTimeOnly = true,
        };
        var body = BodyBinder.BindFunction(this, function);
        if (Diagnostics.ErrorCount > errors || Diagnostics.HasErrors && Checks.ErrorFinder.In(body))
            return null;
        var request = new EvaluationRequest(block, where, "this block", bag) { Symbol = function };
        return Evaluator.RunForSource(body, request) is { } text && Expansions.Add(text, where, bag) is { } made
            ? made.At(new TextSpan(0, made.Length)) : null;
    }

    private Location? FromLua(MetaExpression call, Location where, DiagnosticBag bag)
    {
        if (Options.Scripts is not { } engine)
        {
            bag.NoLua(where);
            return null;
        }
        if (call.Text is not { } code)
        {
            bag.MissingTemplate(where, "@" + call.Name.Text);
            return null;
        }
        _scripts ??= engine.Start();
        var isExpression = where.Source.Text[code.Span.Start - 1] == '(';
        // `@lua_eval("1 + 1")` names the expression by a string.
        var quoted = call.Name.Text == "lua_eval" && code.Text.Trim() is ['"', .., '"'] literal
            ? literal[1..^1] : code.Text;
        var run = _scripts.Run(quoted, isExpression);
        if (run.Error is { } error)
        {
            bag.LuaFailed(LineOf(code, run.ErrorLine, where), error);
            return null;
        }
        var text = isExpression ? run.Value ?? "" : SourceOf(run.Lines, where, bag);
        return Expansions.Add(text, where, bag) is { } made ? made.At(new TextSpan(0, made.Length)) : null;
    }

    /// <summary>The lines of a script that are source: what it emits, and what it prints from the beginning of a
    /// declaration to its last bracket. The others are messages.</summary>
    private static string SourceOf(IEnumerable<ScriptLine> lines, Location where, DiagnosticBag bag)
    {
        var source = new System.Text.StringBuilder();
        var open = 0;
        foreach (var line in lines)
        {
            var isPrinted = !line.IsEmitted && (open > 0 || IsDeclaration(line.Text));
            var opened = line.Text.Count(c => c is '{' or '[' or '(');
            var closed = line.Text.Count(c => c is '}' or ']' or ')');
            if (isPrinted)
                open = Math.Max(0, open + opened - closed);
            if (isPrinted || line.IsEmitted)
                source.Append(line.Text).Append('\n');
            else
                bag.Note(where, line.Text);
        }
        return source.ToString();
    }

    private static Location LineOf(RawText code, int line, Location where)
    {
        var at = where.Source.PositionOf(code.Span.Start).Line + line - 1;
        if (line <= 0 || at > where.Source.LineCount)
            return where;
        var whole = where.Source.LineSpan(at);
        var text = where.Source.Slice(whole);
        return where.Source.At(new TextSpan(whole.Start + text.Length - text.TrimStart().Length, text.Trim().Length));
    }

    /// <summary>Lines that a script prints are source when they begin as a declaration does.</summary>
    private static bool IsDeclaration(string line) => line.TrimStart().Split(' ', 2)[0] is "const" or "fun" or "fn" or
        "let" or "var" or "global" or "struct" or "enum" or "type" or "impl" or "interface" or "pub" or "export" or
        "import" or "asm" or "test";

    /// <summary>Declares what was put off because it runs code or asks for constants.</summary>
    private void DeclareDeferred()
    {
        while (_deferred.TryDequeue(out var next))
        {
            if (next.Declaration is ConditionalDeclaration c)
                foreach (var inner in Holds(c, next.Source, next.Module) ? c.Then : c.Otherwise)
                    Declare(inner, next.Module, next.Source);
            else if (next.Declaration is MetaDeclaration m)
                DeclareGenerated(m.Call, next.Module, next.Source);
            else if (next.Declaration is MirDeclaration mir)
                DeclareMir(mir, next.Module, next.Source);
            DeclareMethods();
        }
    }

    /// <summary>Source of calls that failed and so declare nothing.</summary>
    private readonly List<string> _failed = [];

    /// <summary>
    /// Whether code that failed would probably have declared a name: it stands there, perhaps before a number.
    /// </summary>
    public bool WasToDeclare(string name)
    {
        var stem = name.AsSpan().TrimEnd("0123456789");
        foreach (var text in _failed)
            for (var at = text.AsSpan().IndexOf(stem); at >= 0 && stem.Length > 0;)
            {
                if (at == 0 || !NamesInText.IsPart(text[at - 1]))
                    return true;
                var next = text.AsSpan(at + 1).IndexOf(stem);
                at = next < 0 ? next : at + 1 + next;
            }
        return false;
    }

    private void DeclareGenerated(MetaExpression call, ModuleSymbol module, SourceText source)
    {
        if (SourceOf(call, module, source, null, Diagnostics) is not { } code)
        {
            _failed.Add(source.ToString(call.Span));
            return;
        }
        UsesMut |= code.Source.Slice(code.Span).Contains(" mut ", StringComparison.Ordinal);
        var errors = Diagnostics.ErrorCount;
        foreach (var declaration in SyntaxTree.ParseDeclarations(code.Source, code.Span, Diagnostics).Declarations)
            Declare(declaration, module, code.Source);
        if (Diagnostics.ErrorCount > errors)
            _failed.Add(code.Source.ToString(code.Span));
    }

    /// <inheritdoc/>
    public void Dispose() => _scripts?.Dispose();
}

/// <summary>Statements that a metafunction inside a function made.</summary>
/// <param name="Source">Where they are.</param>
/// <param name="Block">The statements; null when there are none for an error.</param>
/// <param name="Diagnostics">What was said while making and reading them.</param>
internal sealed record GeneratedBlock(SourceText Source, Syntax.Block? Block, DiagnosticBag Diagnostics);
