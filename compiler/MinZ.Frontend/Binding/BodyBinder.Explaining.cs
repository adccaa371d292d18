using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>What messages say besides their sentence: hints and second places.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>Longest piece of source that a hint repeats.</summary>
    private const int LongestQuote = 30;

    /// <summary>What asks for the type of the value that is converted now: a parameter, a result.</summary>
    private (TextSpan Value, RelatedPlace Place)? _asked;

    /// <summary>A piece of source in a hint; an ellipsis when it is long.</summary>
    private string Quote(TextSpan span)
    {
        var text = _source.ToString(span);
        return text.Length is 0 or > LongestQuote || text.Contains('\n', StringComparison.Ordinal) ? "…" : text;
    }

    /// <summary>Runs a conversion for a place that is declared elsewhere, so that a mismatch can show it.</summary>
    private BoundExpression Asked(TextSpan value, Location? declared, string label, Func<BoundExpression> bind)
    {
        var outer = _asked;
        _asked = declared is { } place ? (value, new RelatedPlace(place, label)) : null;
        var result = bind();
        _asked = outer;
        return result;
    }

    /// <summary>The place that asks for the type of a value, when it is known.</summary>
    private RelatedPlace[] Asker(TextSpan value) => _asked is var (span, place) && span == value ? [place] : [];

    /// <summary>Where a variant is declared.</summary>
    private Location? VariantPlace(EnumType e, int variant)
    {
        var symbol = _program.Types.Find(t => ReferenceEquals(t.Type, e) || t.Instances.ContainsValue(e));
        return symbol is { Syntax: EnumDeclaration syntax, Where: { } where } &&
            syntax.Variants.FirstOrDefault(v => v.Name.Text == e.Variants[variant].Name) is { } declared
            ? where.Source.At(declared.Span) : null;
    }

    private static Location? PlaceOf(FunctionSymbol f, int parameter) =>
        f.Syntax is not null && f.Where is { } where && parameter < f.Parameters.Length &&
        f.Parameters[parameter].Span is { Length: > 0 } span ? where.Source.At(span) : null;

    /// <summary>
    /// Reports an unknown name, once in a function; the further places tell where one of its kind is declared.
    /// </summary>
    private BoundError Unknown(NameExpression n)
    {
        var name = n.Name.Text;
        var message = $"`{name}` is not known here";
        if (_module.MissingImports.Contains(name) ||
            _bag.Any(d => d.Code == BindingCodes.UnknownName && d.Message == message))
            return Failed(n.Span);
        // What a module that was not found declares is not known either: its import was reported.
        var hint = HintFor(n);
        if (hint is null or ['a', 'd', 'd', ' ', '`', 'i', ..] && _module.MissingImports.Count > 0 ||
            _program.WasToDeclare(name))
            return Failed(n.Span);
        var declared = DeclarationOf(name);
        var (label, remedy) = declared is { } at ? WhyUnknown(at, n.Span) : ("", null);
        _bag.UnknownName(At(n.Span), name, hint ?? remedy,
            declared is { } place ? [new RelatedPlace(place, label)] : []);
        return Failed(n.Span);
    }

    /// <summary>Why a variable that is declared in the function is not known at a place, and what to do.</summary>
    private (string Label, string? Remedy) WhyUnknown(Location declared, TextSpan use)
    {
        if (declared.Span.Start > use.Start)
            return ("declared later, here", "move the declaration before its first use");
        var between = _source.Slice(TextSpan.FromBounds(declared.Span.End, use.Start));
        return between.Contains('}') ? ("declared here, in a block that has ended", "declare it before the block")
            : ("known from the end of this statement on", "does the line before end with an operator?");
    }

    /// <summary>The declaration of a local variable that cannot be seen here but is in this function.</summary>
    private Location? DeclarationOf(string name)
    {
        if (_function?.Body is not { Span: var body } || _function.Where?.Source != _source)
            return null;
        var tokens = new Lexer(_source, body, new DiagnosticBag(), null).Run();
        for (var i = 1; i < tokens.Length; i++)
            if (tokens[i].Kind == TokenKind.Identifier && _source.Slice(tokens[i].Span).SequenceEqual(name) &&
                tokens[i - 1].Kind is TokenKind.Let or TokenKind.Var or TokenKind.Mut or TokenKind.Const
                    or TokenKind.For)
                return At(tokens[i].Span);
        return null;
    }

    private string? HintFor(NameExpression n)
    {
        var name = n.Name.Text;
        var rest = _source.Text.AsSpan(n.Span.End).TrimStart(' ');
        if (rest.StartsWith("=") && !rest.StartsWith("==") && Nearest.To(name, VisibleNames()) is null)
            return $"a variable is declared first: `let {name} = …`";
        if (name is "length" or "count" or "size" && !rest.StartsWith("("))
            return Nearest.To(name, VisibleNames()) is { } near ? $"did you mean `{near}`?" : null;
        if (name[0] == 'H' && n.Span.Start > 0 && _source.Text[n.Span.Start - 1] == '&' &&
            name.AsSpan(1).IndexOfAnyExcept("0123456789abcdefABCDEF") < 0 && name.Length > 1)
            return $"hexadecimal numbers are written 0x{name[1..]}";
        return HintFor(name);
    }

    /// <summary>The enum of this module that has a variant of a name; null when none or several have.</summary>
    private string? EnumWith(string variant)
    {
        var found = _module.Members.Values.OfType<TypeSymbol>()
            .Where(t => t.Syntax is EnumDeclaration e && e.Variants.Any(v => v.Name.Text == variant)).Take(2).ToArray();
        return found is [var only] ? only.Name : null;
    }

    /// <summary>Reports a member that a type does not have, with the nearest one or what to write instead.</summary>
    private void ReportUnknownMember(Identifier name, MirType type, IEnumerable<string> known)
    {
        var names = known.Distinct().ToArray();
        if (names.Contains(name.Text) &&
            (type is ChannelType or ActorType || _program.FindMethod(type, name.Text) is not null))
        {
            _bag.UnknownMember(At(name.Span), $"`{name.Text}` of {type.Show()} is a method, and methods are no values",
                $"call it: `{name.Text}()`");
            return;
        }
        if (type is StructType { Fields.IsDefault: false } fields && fields.IndexOf(name.Text) >= 0)
        {
            _bag.UnknownMember(At(name.Span), $"`{name.Text}` belongs to the values of {type.Show()}, not to the type",
                $"write it behind a value: `value.{name.Text}`");
            return;
        }
        if (_program.IsOptional(type))
        {
            _bag.UnknownMember(At(name.Span), $"{type.Show()} has no member `{name.Text}`",
                name.Text is "Some" or "None" ? $"did you mean `{name.Text.ToLowerInvariant()}`?"
                : "`x ?? value` puts a value in its place, `if let v = x { … }` takes it out");
            return;
        }
        var member = _module.Members.GetValueOrDefault(name.Text);
        var hint = _program.MissingForMethod(type, name.Text) is var (argument, contract)
            ? $"it has one where {argument.Show()} implements {contract.Show()}"
            : member is FunctionGroup { Functions: [{ Parameters: [_, ..] }, ..] }
            ? $"`{name.Text}` is a function: write `{name.Text}(x)`, or `x |> {name.Text}`"
            : Nearest.To(name.Text, names) is { } near ? $"did you mean `{near}`?"
            : type is ActorType && name.Text is "new" or "start" or "spawn" or "init"
                ? $"start the actor: `spawn {type}`"
            : type is ChannelType && name.Text is "join" or "wait" or "await"
                ? "the end of a thread is waited for by `receive()`"
            : type is ChannelType ? name.Text is "push" or "put" or "write" or "add" ? "did you mean `send`?"
                : name.Text is "pop" or "take" or "read" or "get" or "recv" ? "did you mean `receive`?"
                : "a channel has `send`, `receive`, `next`, `try_send`, `try_receive` and `close`"
            : type.Kind == TypeKind.Str && ForeignNames.OfText(name.Text) is { } text ? text
            : ForeignNames.Member(name.Text) ?? (names.Length is > 0 and <= 6 && names.All(n => n.Length > 0)
                ? $"it has {string.Join(", ", names.Select(n => $"`{n}`"))}" : null);
        _bag.UnknownMember(At(name.Span), $"{type.Show()} has no member `{name.Text}`", hint);
    }

    /// <summary>Reports that an expression has no value, in words that fit what it is.</summary>
    private void ReportNoValue(BoundExpression e, TextSpan span)
    {
        switch (e)
        {
            case BoundCall { Function: { Name: "lambda", Body: { } of } f } when _bag.HasErrorIn(At(of.Span)) ||
                f.Origin is (LambdaExpression l, Mir.TupleType) && _program.FaultyLambdas.Contains(l):
                break;
            case BoundCall { Function.Name: "lambda" }:
                _bag.NoValue(At(span), "this function value returns nothing",
                    "let its body be an expression, or `return` one");
                break;
            case BoundCall { Function: { } f }:
                RelatedPlace[] declared = f.Where is { } at && !f.Module.IsLibrary
                    ? [new RelatedPlace(at, "declared here without a result")] : [];
                _bag.NoValue(At(span), $"`{f.Name}` returns nothing",
                    f.Module.IsLibrary ? null : $"give it a result: `fn {f.Name}(…) -> T`", declared);
                break;
            case BoundMessage { Handler: var method }:
                _bag.NoValue(At(span), $"`{method.Name}` is sent to the actor and returns nothing",
                    $"give it a result, `fn {method.Name}(…) -> T`, and the call waits for it",
                    method.Where is { } place ? [new RelatedPlace(place, "declared here without a result")] : []);
                break;
            case BoundIndirectCall:
                _bag.NoValue(At(span), "this function value returns nothing", null);
                break;
            default:
                var text = _source.Slice(span);
                var isIf = text.StartsWith("if ");
                var isBlock = text.StartsWith("{");
                _bag.NoValue(At(span), isIf ? "an `if` without `else` may have none" : isBlock
                    ? "this block ends without one" : "this expression has none", isIf ? "add `else { … }`" : isBlock
                    ? "let it end with an expression without `;`" : null);
                break;
        }
    }

    /// <summary>What to do about a value of the wrong type; null when nothing can be said.</summary>
    private string? MismatchHint(BoundExpression e, MirType to)
    {
        var quote = Quote(e.Span);
        var from = e.Type;
        if (e is BoundFunctionValue { Function: { } f } && to is not Mir.FunctionType && f.Result == to)
            return $"call it: `{quote}({(f.Parameters.Length > 0 ? "…" : "")})`";
        if (_program.IsOptional(from))
            return "`?? value` puts a value in its place, `match` tells `some(x)` from `none`";
        if (e is BoundSpawn or BoundSpawnActor && from is ChannelType)
            return "a thread gives no value back: hand it a channel, and receive from that";
        if (e is BoundNull)
            return to.IsInteger ? "a number that may be missing has the type " + $"`{TypeNames.Of(to)}?`"
                : to is StructType
                ? $"only a pointer, `*{TypeNames.Of(to)}`, or an optional, `{TypeNames.Of(to)}?`, can be nothing"
                : null;
        if (to is StructType { Fields.IsDefault: false } structure && from is Mir.TupleType tuple)
            return FieldsOf(e, structure, tuple);
        if (to.IsAddress && from == to.Element && e.IsPlace)
            return $"pass its address: `&{(to is ReferenceType { Mutable: true } ? "mut " : "")}{quote}`";
        if (to.IsAddress && from == to.Element && from is StructType)
            return $"take its address: `&{TypeNames.Of(from)} {{ … }}`";
        if (from.IsAddress && from.Element == to)
            return $"take what it points to: `*{quote}`";
        if (from.Kind == TypeKind.Str && to.Kind == TypeKind.U8 && e is BoundText { Text.Bytes.Length: 1 })
            return $"a character is written '{quote.Trim('"')}'";
        if (to.Kind == TypeKind.Str && quote.StartsWith('\''))
            return $"text is written \"{quote.Trim('\'')}\"";
        if (to.Kind == TypeKind.Str && e is BoundUntyped or BoundFraction)
            return $"text is written \"{quote}\"";
        if (to.Kind == TypeKind.Str && (from.IsNumeric || from.IsUntyped()))
            return $"make text of it: `\"#{{{quote}}}\"`";
        if (from.Kind == TypeKind.Str && to.IsInteger && e is BoundText)
            return quote.Trim('"') is { Length: > 0 } digits && digits.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0
                ? $"write {digits} without quotation marks" : null;
        if (from.Kind == TypeKind.Str && to.IsInteger)
            return "a number is read by `str.parse(…)` of `import std.str`";
        if (to.Kind == TypeKind.Bool && e is BoundUntyped { Value: var n })
            return n == 0 ? "did you mean `false`?" : n == 1 ? "did you mean `true`?" : null;
        if (e.Type.IsUntyped() && !e.Type.IsInteger && to.IsInteger && e is BoundFraction)
            return $"cast it, which cuts off the fraction: `{quote} as {TypeNames.Of(to)}`";
        if (from is Mir.ArrayType array && array.Element == to)
            return "choose an element: " + (quote.StartsWith('[') ? "`…[0]`" : $"`{quote}[0]`");
        if ((e.Type.IsUntyped() || from.Kind == TypeKind.Str) &&
            to is EnumType { HasPayload: false, Variants: [var first, ..] } plain &&
            !_program.BitFields.ContainsKey(plain))
            return $"name a variant, such as `{plain}.{first.Name}`";
        var castable = from.IsNumeric && (to.IsNumeric || to.IsAddress) || from.IsAddress && to.IsAddress ||
            from.IsAddress && to.IsInteger || e.Type.IsUntyped() && (to.IsAddress || to.IsPlainEnum());
        var simple = e is BoundLocal or BoundGlobal or BoundField or BoundLiteral or BoundUntyped or BoundCall
            or BoundIndex;
        var isShort = quote.Length <= 30 && quote.AsSpan().IndexOfAny('\n', '=') < 0;
        var operand = simple ? quote : isShort ? $"({quote})" : "…";
        return castable ? $"cast it: `{operand} as {TypeNames.Of(to)}`" : null;
    }

    /// <summary>What to do about an operator that its operands do not have.</summary>
    private string? OperatorHint(BinaryOperator op, BoundExpression left, BoundExpression right)
    {
        var text = op.Sign();
        foreach (var operand in (BoundExpression[])[left, right])
            if (HoldsValue(operand.Type) && left.Type != right.Type | !Arithmetic.IsComparison(op))
                return InPlaceOfNone(operand);
        if (left is BoundCompare { Right.Span: var middle } && Arithmetic.IsComparison(op))
            return $"write `{Quote(left.Span)} && {Quote(middle)} {text} {Quote(right.Span)}`";
        if (left.Type is Mir.ArrayType && op == BinaryOperator.Multiply)
            return $"an array of one value is written `[0; {Quote(right.Span)}]`";
        if (Arithmetic.IsComparison(op) && (HoldsValue(left.Type) || HoldsValue(right.Type)) &&
            op.Sign() is not ("==" or "!="))
            return InPlaceOfNone(HoldsValue(left.Type) ? left : right);
        if (left.Type.Kind == TypeKind.Str && op == BinaryOperator.Multiply)
            return $"`import std.str` has `str.repeat({Quote(left.Span)}, {Quote(right.Span)})`";
        if (left.Type.Kind == TypeKind.Str && op == BinaryOperator.Remainder)
            return $"values in a string are written `\"#{{{Quote(right.Span)}}}\"`, " +
                $"or `@to_string(\"{{}}\", {Quote(right.Span)})`";
        if (left.Type is StructType or EnumType && right is BoundNull)
            return $"only a pointer, `*{TypeNames.Of(left.Type)}`, or an optional, `{TypeNames.Of(left.Type)}?`, "
                + "can be nothing";
        if (left.Type is ChannelType { Element.Kind: TypeKind.Str } && right.Type.IsNumeric)
            return "a thread gives no value back: hand it a channel, and receive from that";
        if (left.Type is ChannelType)
            return op is BinaryOperator.Less or BinaryOperator.ShiftLeft
                ? $"a value is sent by `{Quote(left.Span)}.send(…)`"
                : $"a value is received by `{Quote(left.Span)}.receive()`";
        var (str, other) = left.Type.Kind == TypeKind.Str ? (left, right) : (right, left);
        if (str.Type.Kind == TypeKind.Str && str is BoundText { Text.Bytes.Length: 1 }
            && other.Type.Kind == TypeKind.U8 &&
            Arithmetic.IsComparison(op))
            return $"a character is written '{Quote(str.Span).Trim('"')}'";
        if (str.Type.Kind == TypeKind.Str && (other.Type.IsNumeric || other.Type.IsUntyped())
            && op == BinaryOperator.Add &&
            !_source.Slice(other.Span).ContainsAny('=', '"')
                && !_source.Slice(other.Span).Contains("++", StringComparison.Ordinal))
            return TextOfNumber(other);
        if (left.Type.Kind == TypeKind.Bool != (right.Type.Kind == TypeKind.Bool) && !Arithmetic.IsComparison(op) &&
            (left.Type.IsNumeric || right.Type.IsNumeric))
            return "make a number of the bool: " +
                $"`{Quote(left.Type.Kind == TypeKind.Bool ? left.Span : right.Span)} as u8`";
        if (left.Type == right.Type && left.Type is StructType or Mir.TupleType or EnumType
            && Arithmetic.IsComparison(op))
            return "only numbers and strings have an order: compare a field";
        if (left.Type is FixedType != right.Type is FixedType && left.Type.IsNumeric && right.Type.IsNumeric)
            return $"cast one of both: `… as {TypeNames.Of(left.Type)}`";
        return null;
    }

    /// <summary>Reports a function whose end is reached without a value, and shows where.</summary>
    private void ReportMissingReturn(BoundBlock body, Syntax.Block syntax)
    {
        var function = _function!;
        RelatedPlace[] related = [];
        string? hint = null;
        if (syntax.Tail is not null || syntax.Statements is not [.., var last])
        {
            (related, hint) = syntax.Tail switch
            {
                IfExpression i when LastWithoutElse(i) is { } open => ((RelatedPlace[])[
                    new RelatedPlace(At(HeadOf(open.Span)), "without `else`, nothing is returned")],
                    "add `else { … }`, or a `return` behind it"),
                IfExpression { Else: null } i => ((RelatedPlace[])[new RelatedPlace(At(HeadOf(i.Span)),
                    "without `else`, nothing is returned")], "add a `return` behind it"),
                MatchExpression m => ([new RelatedPlace(At(HeadOf(m.Span)),
                    "when no arm matches, nothing is returned")],
                    "add a `return` behind it, or `_ => return …`"),
                null => ([], null),
                _ => ([], "its last expression has no value: end with `return …`"),
            };
        }
        else
        {
            var value = last as ExpressionStatement;
            if (value is { HasSemicolon: true } && body.Statements is [..,
                BoundExpressionStatement { Expression: { } e }] &&
                TryConvert(e, function.Result) is not null && !e.Type.IsVoid())
                (related, hint) = ([new RelatedPlace(At(last.Span), "the `;` drops this value")],
                    "remove the `;`, or write `return`");
            else if (value?.Expression is IfExpression chain && LastWithoutElse(chain) is { } open)
                (related, hint) = ([new RelatedPlace(At(HeadOf(open.Span)), "without `else`, nothing is returned")],
                    "add `else { … }`, or a `return` behind it");
            else if (value?.Expression is IfExpression { Else: null } || last is WhileStatement or ForStatement)
                (related, hint) = ([new RelatedPlace(At(HeadOf(last.Span)), last is WhileStatement or ForStatement
                    ? "after this loop nothing is returned" : "without `else`, nothing is returned")],
                    "add a `return` behind it");
            else if (value?.Expression is MatchExpression)
                (related, hint) = ([new RelatedPlace(At(HeadOf(last.Span)),
                    "when no arm matches, nothing is returned")],
                    "add `_ => …`");
        }
        _bag.MissingReturn(At(function.Where!.Value.Span), function.Name, function.Result.Show(), hint, related);
    }

    /// <summary>The first line of a statement, without the brace that ends it.</summary>
    private TextSpan HeadOf(TextSpan span)
    {
        var text = _source.Slice(span);
        var end = text.IndexOfAny('{', '\n');
        return end <= 0 ? span : new TextSpan(span.Start, text[..end].TrimEnd().Length);
    }
}
