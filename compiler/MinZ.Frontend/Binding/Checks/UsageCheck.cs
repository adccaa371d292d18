using System.Collections.Immutable;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding.Checks;

/// <summary>
/// Warns of what is written but does nothing: variables and functions that are never used, statements and arms that are
/// never reached, comparisons and assignments without effect. It looks at programs without errors only.
/// </summary>
internal sealed class UsageCheck : BoundWalker
{
    private readonly DiagnosticBag _bag;
    private readonly HashSet<LocalSymbol> _read = [];
    private readonly HashSet<LocalSymbol> _written = [];
    private readonly List<(LocalSymbol Local, FunctionSymbol Function)> _declared = [];
    private readonly HashSet<FunctionSymbol> _used = [];
    private readonly HashSet<Location> _reported = [];
    private FunctionSymbol _function = null!;
    private bool _isGenerated;

    private ImmutableArray<SourceText> _partial = [];

    private UsageCheck(DiagnosticBag bag) => _bag = bag;

    /// <summary>Checks the functions of the given sources.</summary>
    /// <param name="bodies">Every body that is bound, those of libraries too.</param>
    /// <param name="globals">First values of globals.</param>
    /// <param name="used">Functions that are used in other ways.</param>
    /// <param name="isProgram">True when there is a <c>main</c>: what nothing calls is then of no use.</param>
    /// <param name="partial">Files of which only a part is compiled now: tests, or code for another target, are left
    /// out.</param>
    public static void Run(DiagnosticBag bag, IEnumerable<(FunctionSymbol Function, BoundBlock Body)> bodies,
        IEnumerable<BoundExpression> globals, IEnumerable<FunctionSymbol> used, bool isProgram,
        ImmutableArray<SourceText> partial)
    {
        var check = new UsageCheck(bag) { _partial = partial };
        var all = bodies.ToArray();
        foreach (var (function, body) in all)
        {
            check._function = function;
            if (function.Result.IsVoid() && body.Tail is { } tail)
                check.CheckUnused(tail);
            check.Visit(body);
        }
        foreach (var initial in globals)
            check.Visit(initial);
        check._used.UnionWith(used);
        check.ReportVariables();
        if (isProgram)
            foreach (var (function, _) in all)
                check.ReportFunction(function);
    }

    private void ReportVariables()
    {
        foreach (var (local, function) in _declared)
        {
            if (_read.Contains(local) || local.Where is not { } where ||
                local.Name is "" || local.Name.StartsWith('_') ||
                MayBeNamedElsewhere(local, function))
                continue;
            var hidden = _declared.Find(d => d.Local != local && d.Local.Name == local.Name &&
                d.Function == function && d.Local.Where is { } at && IsOpen(at, where)).Local;
            if (HiderOf(local, function, where) is { } hider)
            {
                if (_reported.Add(where))
                    _bag.LostValue(where, local.Name, hider);
                continue;
            }
            var isWritten = _written.Contains(local);
            // What needs its type alone, such as `a.len` of an array, is a use too.
            if (isWritten || hidden is not null || Mentions(local, function) == 1)
                if (_reported.Add(where))
                    _bag.UnusedVariable(where, local.Name, isWritten, hidden?.Where);
        }
    }

    /// <summary>
    /// True when the block in which a variable lives is still open at a place behind it: its own for <c>let</c>, the
    /// one that follows for the variable of a loop or <c>catch</c>.
    /// </summary>
    private static bool IsOpen(Location declared, Location place)
    {
        if (declared.Source != place.Source || declared.Span.End > place.Span.Start)
            return false;
        var before = declared.Source.Text.AsSpan(0, declared.Span.Start).TrimEnd();
        var isOwn = before.EndsWith("let") || before.EndsWith("var") || before.EndsWith("mut");
        var depth = isOwn ? 1 : 0;
        foreach (var c in declared.Source.Slice(TextSpan.FromBounds(declared.Span.End, place.Span.Start)))
        {
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (c == '}' && depth == 0)
                return false;
        }
        return depth > 0;
    }

    /// <summary>
    /// The declaration of the same name that hides a variable before its name stands anywhere; null when there is none.
    /// </summary>
    private Location? HiderOf(LocalSymbol local, FunctionSymbol function, Location where)
    {
        if (_written.Contains(local))
            return null;
        foreach (var (other, owner) in _declared)
            if (other != local && owner == function && other.Name == local.Name && other.Where is { } at &&
                at.Source == where.Source && at.Span.Start > where.Span.End)
            {
                var between = TextSpan.FromBounds(where.Span.End, at.Span.Start);
                // The end of the block in which the first one lives ends its story.
                var text = where.Source.Slice(between);
                return NamesInText.Find(text, local.Name) < 0 && !text.Contains('}') ? at : null;
            }
        return null;
    }

    /// <summary>
    /// True when the text of the function names the variable in a part that is not compiled now, for another target.
    /// </summary>
    private static bool MayBeNamedElsewhere(LocalSymbol local, FunctionSymbol function)
    {
        if (function.Body is not { } body || function.Where!.Value.Source != local.Where!.Value.Source)
            return true;
        return function.Where.Value.Source.Slice(body.Span).Contains('@') &&
            Mentions(local, function) > 1;
    }

    /// <summary>How often the text of a function has a variable's name.</summary>
    private static int Mentions(LocalSymbol local, FunctionSymbol function) =>
        NamesInText.Count(function.Where!.Value.Source.Slice(function.Body!.Span), local.Name);

    private void ReportFunction(FunctionSymbol f)
    {
        const FunctionFlags kept = FunctionFlags.Export | FunctionFlags.Test | FunctionFlags.Interrupt;
        if (f.Module.IsLibrary || f.Syntax is null || f.Name == "main" || f.Name.StartsWith('_')
            || f.SelfType is not null ||
            f.Abi is not null || (f.Flags & kept) != 0 || _used.Contains(f) ||
            f.Nested.Exists(_used.Contains) || f.Called is not null ||
            f.Where is not { } where || !_reported.Add(where))
            return;
        // Named by what is not compiled now, perhaps.
        if (_partial.Any(file => NamesInText.Count(file.Text, f.Name) > (file == where.Source ? 1 : 0)))
            return;
        _bag.UnusedFunction(where, f.Name);
    }

    private Location At(TextSpan span) => new(_function.Where!.Value.Source, span);

    private bool IsNew(TextSpan span) => !_isGenerated && !_function.Module.IsLibrary && _reported.Add(At(span));

    protected override void Visit(BoundExpression e)
    {
        switch (e)
        {
            case BoundLocal l:
                _read.Add(l.Local);
                return;
            case BoundCall c:
                Use(c.Function);
                break;
            case BoundFunctionValue f:
                Use(f.Function);
                break;
            case BoundSpawn { Function: { } started }:
                Use(started);
                break;
            case BoundAssignment { Target: BoundLocal target } a:
                _written.Add(target.Local);
                if (a.Value is BoundLocal { Local: var same } && same == target.Local && IsNew(e.Span))
                    _bag.SelfAssignment(At(e.Span), same.Name);
                Visit(a.Value);
                return;
            case BoundBinary { Op: Op.Shl or Op.Shr, Left: not BoundLiteral, Right: BoundLiteral count } b
                when (byte)count.Bits >= b.Left.Type.Bits && IsNew(b.Span):
                var shown = At(count.Span).Source.ToString(count.Span);
                _bag.ShiftedOut(At(b.Span), shown, b.Left.Type.Show(), b.Left.Type.Bits);
                break;
            case BoundCompare { Left: BoundLocal left, Right: BoundLocal right } c
                when left.Local == right.Local && !left.Type.IsFloat && left.Local.Where is not null && IsNew(e.Span):
                _bag.SelfComparison(At(e.Span), left.Local.Name, c.Op is Op.CmpEq or Op.CmpLe or Op.CmpGe);
                break;
        }
        base.Visit(e);
    }

    // A function that only calls itself is not used.
    private void Use(FunctionSymbol callee)
    {
        if (callee != _function)
            _used.Add(callee);
    }

    protected override void Visit(BoundStatement s)
    {
        switch (s)
        {
            case BoundDeclare d:
                if (!_isGenerated && !_function.Module.IsLibrary)
                    _declared.Add((d.Local, _function));
                break;
            case BoundExpressionStatement { Expression: BoundUpdate { Target: BoundLocal target } u }:
                _written.Add(target.Local);
                Visit(u.Result);
                return;
            case BoundExpressionStatement e:
                CheckUnused(e.Expression);
                break;
            case BoundAsm a:
                foreach (var (_, symbol) in a.Bindings)
                {
                    if (symbol is LocalSymbol local)
                        _read.Add(local);
                    else if (symbol is FunctionSymbol function)
                        _used.Add(function);
                    else if (symbol is FunctionGroup group)
                        _used.UnionWith(group.Functions);
                }
                break;
        }
        base.Visit(s);
    }

    /// <summary>Warns when nobody uses what a statement computes.</summary>
    private void CheckUnused(BoundExpression e)
    {
        switch (e)
        {
            case BoundCompare { Op: Op.CmpEq } c when c.Left.IsPlace && IsNew(c.Span):
                _bag.UnusedComparison(At(c.Span));
                break;
            case BoundFunctionValue { Function: { Syntax: not null } f } when IsNew(e.Span):
                _bag.UnusedValue(At(e.Span), $"function `{f.Name}` is named here, but not called",
                    $"call it: `{f.Name}({(f.Parameters.Length > 0 ? "…" : "")})`");
                break;
            case BoundLocal or BoundGlobal { Global.IsVolatile: false } or BoundField or BoundBinary or BoundCompare
                when IsInert(e) && e.Span.Length > 0 && IsNew(e.Span):
                _bag.UnusedValue(At(e.Span), "nobody uses this value", "assign it, return it, or remove it");
                break;
            case BoundCall { Type: EnumType result } c when IsNew(e.Span):
                if (result.Name.StartsWith("result.", StringComparison.Ordinal))
                    _bag.IgnoredError(At(c.Span), $"{c.Function.Name}(…)", "error");
                else
                    _reported.Remove(At(e.Span));
                break;
        }
    }

    /// <summary>True when evaluating an expression changes nothing.</summary>
    private static bool IsInert(BoundExpression e) => e switch
    {
        BoundLocal { Local.Where: not null } or BoundLiteral or BoundUntyped or BoundText => true,
        BoundGlobal g => !g.Global.IsVolatile,
        BoundField f => IsInert(f.Target),
        BoundDereference { Address: BoundLocal } => true,
        BoundBinary b => IsInert(b.Left) && IsInert(b.Right),
        BoundCompare c => IsInert(c.Left) && IsInert(c.Right),
        BoundConversion { Kind: ConversionKind.Numeric } c => IsInert(c.Operand),
        _ => false,
    };

    protected override void VisitBlock(BoundBlock block)
    {
        for (var i = 0; i < block.Statements.Length; i++)
        {
            if (block.Statements[i].Completes)
                continue;
            var left = block.Statements[i].Span;
            var next = i + 1 < block.Statements.Length ? block.Statements[i + 1].Span : block.Tail?.Span;
            if (next is { } span && span.Start >= left.End && IsNew(span))
                _bag.Unreachable(At(span), At(left));
            break;
        }
        base.VisitBlock(block);
    }

    protected override void VisitMatch(BoundMatch match)
    {
        var known = new HashSet<long>();
        BoundArm? all = null;
        foreach (var arm in match.Arms)
        {
            var repeats = arm.Pattern is BoundValuePattern { Value: BoundLiteral literal } &&
                (known.Contains(literal.Bits) || arm.Guard is null && !known.Add(literal.Bits));
            if ((all is not null || repeats) && arm.Pattern.Span.Length > 0 && IsNew(arm.Pattern.Span))
                _bag.ArmNeverMatches(At(arm.Pattern.Span), all is null ? null : At(all.Pattern.Span));
            if (arm.Guard is null && arm.Pattern is BoundAnyPattern or BoundBinderPattern)
                all ??= arm;
        }
        base.VisitMatch(match);
    }

    protected override void VisitExpansion(BoundExpression? expression, BoundStatement? statement)
    {
        var outer = _isGenerated;
        _isGenerated = true;
        base.VisitExpansion(expression, statement);
        _isGenerated = outer;
    }
}
