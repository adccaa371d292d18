using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Printing and the other metafunctions.</summary>
internal sealed partial class BodyBinder
{
    private BoundExpression BindMeta(MetaExpression m, MirType? expected)
    {
        switch (m.Name.Text)
        {
            case "print":
                return BindPrint(m, newLine: false);
            case "println":
                return BindPrint(m, newLine: true);
            case "assert":
                return BindAssert(m.Arguments, m.Span);
            case "static_assert" when m.Arguments.Length > 0:
                return BindStatic(m);
            case "static_print" when m.Arguments.Length > 0:
                return _function is { IsCompileTimeOnly: true } ? BindCompileTimeText(m) : BindStatic(m);
            case "emit" when m.Arguments.Length > 0:
                return BindCompileTimeText(m);
            case "debug":
                return BindDebug(m);
            case "define" or "minz" or "lua" or "lua_eval" when ProgramBinder.MakesSource(m):
                return BindGenerated(m, expected);
            case "to_string" when m.Arguments is [var shown, .. var rest]:
                return shown.Value is FormatString f ? BindToString(f, [.. rest])
                    : BindStringOf(WithRoom(BindValue(shown.Value)));
            case "ptr" when m.Arguments is [var address]:
                return CastTo(Bind(address.Value, null), new Mir.PointerType(MirType.U8));
            case "if" when m.Arguments is [var condition, var then, var otherwise]:
                return BindConstantBool(condition.Value) is { } holds
                    ? Bind(holds ? then.Value : otherwise.Value, expected) : Failed(m.Span);
            case "if" when m.Arguments is [var condition] && m.Body is not null:
                return BindConstantBool(condition.Value) is { } value ? BindChosen(m, value, expected) : Failed(m.Span);
            case "target" or "platform" or "if_platform" when m.Body is not null:
                return BindChosen(m, _program.HoldsForTarget(m.Arguments, _module), expected);
            case "target" or "platform" or "if_platform" when !m.Arguments.IsEmpty:
                return new BoundLiteral(m.Span, MirType.Bool, _program.HoldsForTarget(m.Arguments, _module) ? 1 : 0);
            case "halt":
                return new BoundTrap(m.Span, TrapCode.Panic, Literal(m.Span, "halted"));
            case "err" when m.Arguments is [var error]:
                return BindThrow(new ThrowExpression(m.Span, error.Value));
            case "error" when m.Arguments.IsEmpty && _caught is not null:
                return BindThrow(new ThrowExpression(m.Span, null));
            case "check_error" when m.Arguments.IsEmpty:
                return LastError(m.Span).Failed;
            case "get_error" when m.Arguments.IsEmpty:
                return LastError(m.Span).Error;
            case "ok" when m.Arguments is [var good]:
                return Bind(good.Value, expected);
            case "error" when m.Arguments is [{ Value: StringLiteral text }]:
                _bag.UserError(At(m.Span), text.Text);
                return Failed(m.Span);
            default:
                if (MetaNames.All.Contains(m.Name.Text))
                    _bag.WrongArgument(At(m.Span), $"the arguments do not fit `@{m.Name}`");
                else
                    _bag.UnknownMeta(At(new TextSpan(m.Span.Start, m.Name.Span.End - m.Span.Start)), m.Name.Text,
                    Nearest.To(m.Name.Text, MetaNames.All) ?? MetaNames.Foreign(m.Name.Text));
                return Failed(m.Span);
        }
    }

    private BoundExpression BindChosen(MetaExpression m, bool holds, MirType? expected)
    {
        var chosen = holds ? BindBlock(m.Body!, expected)
            : m.Else is null ? new BoundBlock(m.Span, [], null, MirType.Void) : Bind(m.Else, expected);
        // A value alone is itself, so that a number keeps fitting wherever it is used.
        return chosen is BoundBlock { Statements: [], Tail: { } only } ? only : chosen;
    }

    private BoundExpression BindPrintLine(CallExpression c)
    {
        var statements = ImmutableArray.CreateBuilder<BoundStatement>();
        if (c.Arguments is [{ Value: FormatString format }])
        {
            Add(statements, PrintParts(format, []));
        }
        else if (c.Arguments is [var only])
        {
            var value = WithRoom(Read(BindValue(only.Value)));
            if (value.Type.IsNumeric || value.Type.IsPlainEnum() || value.Type.Kind == TypeKind.Str)
                return Void(c.Span, Intrinsic.Print, value);
            Add(statements, [Printed(c.Span, value)]);
        }
        else if (!c.Arguments.IsEmpty)
        {
            BindAll(c.Arguments);
            _bag.WrongArgument(At(c.Span), $"`print` takes one value, found {c.Arguments.Length}",
                "use @print(\"{} {}\", a, b)");
            return Failed(c.Span);
        }
        Add(statements, [new BoundIntrinsic(c.Span, Intrinsic.PrintLine, [], MirType.Void)]);
        return new BoundBlock(c.Span, statements.ToImmutable(), null, MirType.Void);
    }

    private BoundExpression BindPrint(MetaExpression m, bool newLine)
    {
        var statements = ImmutableArray.CreateBuilder<BoundStatement>();
        switch (m.Arguments)
        {
            case []:
                break;
            case [{ Value: FormatString format }, .. var values] when values.IsEmpty || !IsPlain(format):
                Add(statements, PrintParts(format, [.. values]));
                break;
            case [{ Value: FormatString format }, .. var values]:
                Add(statements, PrintParts(format, []));
                foreach (var a in values)
                    Add(statements, [Printed(a.Span, WithRoom(BindValue(a.Value)))]);
                break;
            default:
                foreach (var a in m.Arguments)
                    Add(statements, [Printed(a.Span, WithRoom(BindValue(a.Value)))]);
                break;
        }
        if (newLine)
            Add(statements, [new BoundIntrinsic(m.Span, Intrinsic.PrintLine, [], MirType.Void)]);
        return new BoundBlock(m.Span, statements.ToImmutable(), null, MirType.Void);
    }

    /// <summary>True for text without holes, in the way of MinZ or of C: the values behind it follow it.</summary>
    private bool IsPlain(FormatString format) =>
        format.Parts.All(p => p.Bytes is not null) && !_source.ToString(format.Span).Contains('%');

    private static void Add(ImmutableArray<BoundStatement>.Builder statements,
        IEnumerable<BoundExpression> expressions) =>
        statements.AddRange(expressions.Select(e => new BoundExpressionStatement(e)));

    private List<BoundExpression> PrintParts(FormatString format, ImmutableArray<Argument> values)
    {
        var parts = new List<BoundExpression>();
        var next = 0;
        foreach (var part in format.Parts)
        {
            if (part.Bytes is { } bytes)
            {
                if (bytes.Length > 0)
                    parts.Add(Printed(part.Span, new BoundText(part.Span, new StringConstant(bytes), MirType.Str)));
            }
            else if (HoleValue(part, values, ref next) is { } value)
            {
                parts.Add(PrintHole(part, value));
            }
        }
        CheckSurplus(format, values, next);
        return parts;
    }

    /// <summary>The value of a hole, its own or the next argument; null after a report.</summary>
    private BoundExpression? HoleValue(FormatPart part, ImmutableArray<Argument> values, ref int next)
    {
        // Where there are arguments a number is that of one of them.
        if (part.Value is IntegerLiteral && values.Length > 0
            && int.TryParse(_source.ToString(part.Value.Span), out var number))
        {
            if (number >= values.Length)
            {
                _bag.WrongArgument(At(part.Span), $"there is no value {number}",
                    $"they are numbered from 0 to {values.Length - 1}; `{{}}` takes the next one");
                next = values.Length;
                return null;
            }
            next = Math.Max(next, number + 1);
            return WithRoom(BindValue(values[number].Value));
        }
        if (part.Value is not null)
            return WithRoom(BindValue(part.Value));
        if (next < values.Length)
            return WithRoom(BindValue(values[next++].Value));
        var isInterpolation = part.Span.Start > 0 && _source.Text[part.Span.Start - 1] == '#';
        if (isInterpolation)
            _bag.WrongArgument(At(part.Span), "expected an expression between the braces of `#{}`", "write `#{x}`");
        else
            _bag.WrongArgument(At(part.Span), "there is no value for this `{}`",
                values.IsEmpty ? "write `{x}`, or the value behind the text; `{{` and `}}` are braces"
                    : "add a value behind the text; `{{` and `}}` are braces");
        return null;
    }

    private void CheckSurplus(FormatString format, ImmutableArray<Argument> values, int used)
    {
        if (used >= values.Length)
            return;
        for (var i = used; i < values.Length; i++)
            Bind(values[i].Value, null);
        _bag.WrongArgument(At(values[used].Span),
            $"the text has {used} `{{}}`, found {values.Length} value{(values.Length == 1 ? "" : "s")}",
            HintForSurplus(format, used));
    }

    private string HintForSurplus(FormatString format, int used)
    {
        var text = _source.ToString(format.Span);
        var percent = text.IndexOf('%');
        return used == 0 && percent >= 0 && percent + 1 < text.Length && char.IsAsciiLetterOrDigit(text[percent + 1])
            ? $"write `{{}}` instead of `{text.AsSpan(percent, 2)}`"
            : used == 0 ? "write `{}` where it belongs" : "add a `{}` where it belongs, or leave the value out";
    }

    /// <summary>Writes a value as text without a newline.</summary>
    private BoundExpression Printed(TextSpan span, BoundExpression value)
    {
        value = WithDefaultType(Read(ValueOfMarked(value)));
        if (AnyError(value))
            return value;
        if (value.Type.IsNumeric || value.Type.IsPlainEnum() || value.Type.Kind == TypeKind.Str)
            return new BoundIntrinsic(span, Intrinsic.PrintText, [value], MirType.Void);
        if (TryConvert(value, new Mir.PointerType(MirType.U8)) is { } characters)
            return new BoundCall(span, _program.Core("print_cstr"), [characters]);
        _bag.NotPrintable(At(value.Span), value.Type.Show());
        return Failed(span);
    }

    private BoundExpression PrintHex(TextSpan span, BoundExpression value, MirType? type)
    {
        value = WithDefaultType(Read(value));
        if (value.Type.IsAddress && type is null)
            type = MirType.U16;
        if (type is not null)
            value = CastTo(value, type);
        if (!AnyError(value) && !value.Type.IsInteger && !value.Type.IsPlainEnum())
        {
            _bag.NotPrintable(At(value.Span), $"{value.Type.Show()} in hexadecimal");
            return Failed(span);
        }
        return Void(span, Intrinsic.PrintHex, PlainNumber(value, MirType.U8));
    }

    /// <summary>A string put together from text and values.</summary>
    private BoundExpression BindToString(FormatString format, ImmutableArray<Argument> values)
    {
        BoundExpression? whole = null;
        var next = 0;
        foreach (var part in format.Parts)
        {
            var piece = part.Bytes is { } bytes
                ? new BoundText(part.Span, new StringConstant(bytes), MirType.Str)
                : HoleValue(part, values, ref next) is { } value ? StringOfHole(part, Read(value)) : Failed(part.Span);
            if (AnyError(piece))
                return piece;
            whole = whole is null ? piece : Concat(format.Span, whole, piece);
        }
        CheckSurplus(format, values, next);
        return whole ?? Literal(format.Span, "");
    }

    /// <summary>Warns of <c>println("{x}")</c>, which writes the braces, where x is a variable.</summary>
    private void CheckPlainHoles(CallExpression c, string function)
    {
        if (c.Arguments is not [{ Value: StringLiteral literal }])
            return;
        var text = _source.ToString(literal.Span);
        for (var open = text.IndexOf('{'); open >= 0; open = text.IndexOf('{', open + 1))
        {
            var close = text.IndexOf('}', open);
            if (close < 0)
                return;
            var name = text[(open + 1)..close];
            if (_scope.Find(name) is LocalSymbol || _module.Members.GetValueOrDefault(name) is GlobalSymbol)
                _bag.PlainHole(At(new TextSpan(literal.Span.Start + open, close - open + 1)), $"{{{name}}}", function);
        }
    }
}
