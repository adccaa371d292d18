using System.Text;

namespace MinZ.Frontend.Syntax;

/// <content>Expressions.</content>
public static partial class SyntaxDump
{
    /// <summary>One expression.</summary>
    public static string Of(Expression expression) => expression.Kind switch
    {
        ExpressionKind.IntegerLiteral => ((IntegerLiteral)expression).Value.ToString(),
        ExpressionKind.FractionLiteral => Number(((FractionLiteral)expression).Value),
        ExpressionKind.CharLiteral => $"'{((CharLiteral)expression).Value}",
        ExpressionKind.BooleanLiteral => ((BooleanLiteral)expression).Value ? "true" : "false",
        ExpressionKind.NullLiteral => ((NullLiteral)expression).IsNone ? "none" : "null",
        ExpressionKind.StringLiteral => String((StringLiteral)expression),
        ExpressionKind.FormatString => $"(format{Join(((FormatString)expression).Parts, "", Part)})",
        ExpressionKind.Name => ((NameExpression)expression).Name
            + Arguments(((NameExpression)expression).TypeArguments),
        ExpressionKind.Member => Member((MemberExpression)expression),
        ExpressionKind.Call => Call((CallExpression)expression),
        ExpressionKind.Index => List("index", ((IndexExpression)expression).Target,
            ((IndexExpression)expression).Index),
        ExpressionKind.Slice => Slice((SliceExpression)expression),
        ExpressionKind.Unary => List(((UnaryExpression)expression).Operator.Sign(),
            ((UnaryExpression)expression).Operand),
        ExpressionKind.Increment => Increment((IncrementExpression)expression),
        ExpressionKind.Binary => Binary((BinaryExpression)expression),
        ExpressionKind.Assignment => Assignment((AssignmentExpression)expression),
        ExpressionKind.Range => Range((RangeExpression)expression),
        ExpressionKind.Test => Test((TestExpression)expression),
        ExpressionKind.Cast => Cast((CastExpression)expression),
        ExpressionKind.Propagate => List("try?", ((PropagateExpression)expression).Operand),
        ExpressionKind.Sizeof => $"(sizeof {Of(((SizeofExpression)expression).Type)})",
        ExpressionKind.Lambda => Lambda((LambdaExpression)expression),
        ExpressionKind.Meta => Meta((MetaExpression)expression),
        ExpressionKind.Missing => "<missing>",
        ExpressionKind.ArrayLiteral or ExpressionKind.RepeatLiteral or ExpressionKind.Comprehension
            or ExpressionKind.BraceLiteral or ExpressionKind.StructLiteral or ExpressionKind.TupleLiteral
            => Aggregate(expression),
        ExpressionKind.Block or ExpressionKind.If or ExpressionKind.Conditional or ExpressionKind.Match
            or ExpressionKind.Loop or ExpressionKind.Return or ExpressionKind.Break or ExpressionKind.Continue
            or ExpressionKind.Throw or ExpressionKind.Try or ExpressionKind.Spawn or ExpressionKind.Select
            => Control(expression),
    };

    private static string Aggregate(Expression expression) => expression switch
    {
        ArrayLiteral array => $"[{Join(array.Elements, " ", Of)}]",
        RepeatLiteral repeat => $"[{Of(repeat.Value)}; {Of(repeat.Count)}]",
        Comprehension c => (c.IsJoined ? "(joined " : "") + $"[{Of(c.Value)} for {Of(c.Element)} in {Of(c.Iterable)}"
            + (c.Condition is { } condition ? $" if {Of(condition)}]" : "]") + (c.IsJoined ? ")" : ""),
        BraceLiteral brace => $"{{{Join(brace.Elements, " ", Of)}}}",
        StructLiteral literal => $"(new {(literal.Type is { } type ? Of(type) : "_")}"
            + Join(literal.Fields, "", field => $" ({field.Name} {Of(field.Value)})") + ")",
        TupleLiteral tuple => $"(tuple{Join(tuple.Elements, "", e => " " + Of(e))})",
        _ => throw new InvalidOperationException(expression.Kind.ToString()),
    };

    private static string Control(Expression expression) => expression switch
    {
        Block block => Block(block),
        IfExpression e => List("if", e.Condition, e.Then, e.Else),
        ConditionalExpression e => List("?", e.Condition, e.Then, e.Else),
        MatchExpression match => $"(match{(match.Subject is { } s ? " " + Of(s) : "")}{Join(match.Arms, "", Arm)})",
        LoopExpression loop => List("loop", loop.Body),
        ReturnExpression e => List("return", e.Value),
        BreakExpression e => List("break", e.Value),
        ContinueExpression => "(continue)",
        ThrowExpression e => List("throw", e.Value),
        TryExpression e => $"(try {Of(e.Body)}{(e.Name is { } n ? $" {n}" : "")}"
            + (e.Catch is { } c ? $" {Of(c)})" : ")"),
        SpawnExpression e => List("spawn", e.Operand),
        SelectExpression select => $"(select{Join(select.Arms, "", SelectArm)})",
        _ => throw new InvalidOperationException(expression.Kind.ToString()),
    };

    private static string String(StringLiteral literal)
    {
        string prefix = literal.Prefix switch
        {
            StringPrefix.None => "",
            StringPrefix.Short => "s",
            StringPrefix.Long => "l",
        };
        return prefix + Quote(literal.Text);
    }

    private static string Part(FormatPart part)
    {
        if (part.Bytes is { } bytes)
        {
            return " " + Quote(Encoding.UTF8.GetString(bytes.AsSpan()));
        }

        string value = part.Value is { } e ? Of(e) : "";
        return part.Specification is { } specification ? $" {{{value}:{specification}}}" : $" {{{value}}}";
    }

    private static string Member(MemberExpression member)
    {
        string sign = member.Access switch
        {
            MemberAccess.Dot => ".",
            MemberAccess.Arrow => "->",
            MemberAccess.DoubleColon => "::",
        };
        return $"({sign} {Of(member.Target)} {member.Name}{Arguments(member.TypeArguments)})";
    }

    private static string Call(CallExpression call) =>
        $"({(call.IsFallible ? "call?" : "call")} {Of(call.Callee)}{Join(call.Arguments, "", Argument)})";

    private static string Argument(Argument argument) =>
        " " + (argument.Name is { } name ? $"{name}: " : "") + Of(argument.Value);

    private static string Slice(SliceExpression slice) =>
        $"(slice {Of(slice.Target)} {(slice.Start is { } s ? Of(s) : "_")} {(slice.End is { } e ? Of(e) : "_")}"
        + (slice.IsInclusive ? " =)" : ")");

    private static string Increment(IncrementExpression increment) =>
        List((increment.IsPrefix ? "pre" : "post") + (increment.IsDecrement ? "--" : "++"), increment.Operand);

    private static string Binary(BinaryExpression binary) => List(binary.Operator.Sign(), binary.Left, binary.Right);

    private static string Assignment(AssignmentExpression assignment) =>
        List((assignment.Operator is { } sign ? sign.Sign() : "") + "=", assignment.Target, assignment.Value);

    private static string Range(RangeExpression range) =>
        $"({(range.IsInclusive ? "..=" : "..")} {(range.Start is { } s ? Of(s) : "_")} "
        + (range.End is { } e ? $"{Of(e)})" : "_)");

    private static string Test(TestExpression test) =>
        $"({(test.IsLet ? "let" : test.IsNegated ? "is-not" : "is")} {Of(test.Value)} {Of(test.Pattern)})";

    private static string Cast(CastExpression cast) =>
        $"({(cast.IsBitCast ? "bitcast" : "as")} {Of(cast.Operand)} {Of(cast.Type)})";

    private static string Lambda(LambdaExpression lambda) =>
        $"(lambda ({Join(lambda.Parameters, " ", Parameter)})"
        + (lambda.Result is { } result ? $" -> {Of(result)}" : "") + $" {Of(lambda.Body)})";

    private static string Meta(MetaExpression meta) => $"(@{meta.Name}{Join(meta.Arguments, "", Argument)}"
        + (meta.Text is { } text ? $" {Quote(text.Text)}" : "") + Join(meta.TextArguments, "", Argument)
        + (meta.Body is { } body ? $" {Of(body)}" : "") + (meta.Else is { } e ? $" {Of(e)})" : ")");

    private static string Block(Block block) =>
        $"(do{Join(block.Statements, "", s => " " + Of(s))}{(block.Tail is { } tail ? $" => {Of(tail)})" : ")")}";

    private static string Arm(MatchArm arm) =>
        $" ({Of(arm.Pattern)}{(arm.Guard is { } guard ? $" if {Of(guard)}" : "")} => {Of(arm.Body)})";

    private static string SelectArm(SelectArm arm) =>
        $" ({(arm.Binding is { } b ? $"{Of(b)} = " : "")}{(arm.Operation is { } o ? Of(o) : "_")} => {Of(arm.Body)})";
}
