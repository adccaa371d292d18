using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace MinZ.Frontend.Syntax;

/// <summary>Prints a tree as S-expressions, one line per declaration, for <c>--dump ast</c> and tests.</summary>
public static partial class SyntaxDump
{
    /// <summary>All declarations of a file, each on its line.</summary>
    public static string Of(CompilationUnit unit) => string.Join('\n', unit.Declarations.Select(Of));

    /// <summary>One type.</summary>
    public static string Of(TypeSyntax type) => type.Kind switch
    {
        TypeSyntaxKind.Named => Named((NamedType)type),
        TypeSyntaxKind.Array => $"[{Of(((ArrayType)type).Element)}; {Of(((ArrayType)type).Length)}]",
        TypeSyntaxKind.Slice => $"[]{Of(((SliceType)type).Element)}",
        TypeSyntaxKind.Pointer => Pointer((PointerType)type),
        TypeSyntaxKind.Tuple => $"({Join(((TupleType)type).Elements, ", ", Of)})",
        TypeSyntaxKind.Function => Function((FunctionType)type),
        TypeSyntaxKind.Optional => $"{Of(((OptionalType)type).Element)}?",
        TypeSyntaxKind.Fallible => $"{Of(((FallibleType)type).Value)} ? {Of(((FallibleType)type).Error)}",
        TypeSyntaxKind.Missing => "<missing>",
    };

    /// <summary>One pattern.</summary>
    public static string Of(Pattern pattern) => pattern.Kind switch
    {
        PatternKind.Wildcard => "_",
        PatternKind.Name => (((NamePattern)pattern).IsMutable ? "mut " : "") + ((NamePattern)pattern).Name,
        PatternKind.Literal => Of(((LiteralPattern)pattern).Value),
        PatternKind.Range => $"{Of(((RangePattern)pattern).Low)}..{Of(((RangePattern)pattern).High)}",
        PatternKind.Variant => Variant((VariantPattern)pattern),
        PatternKind.Tuple => $"({Join(((TuplePattern)pattern).Elements, ", ", Of)})",
        PatternKind.Struct => StructPattern((StructPattern)pattern),
        PatternKind.Or => Join(((OrPattern)pattern).Alternatives, " | ", Of),
        PatternKind.Missing => "<missing>",
    };

    /// <summary>One statement.</summary>
    public static string Of(Statement statement) => statement.Kind switch
    {
        StatementKind.Expression => Of(((ExpressionStatement)statement).Expression),
        StatementKind.Declaration => Of(((DeclarationStatement)statement).Declaration),
        StatementKind.While => List("while", ((WhileStatement)statement).Condition, ((WhileStatement)statement).Body),
        StatementKind.For => For((ForStatement)statement),
        StatementKind.DoTimes => List("times", ((DoTimesStatement)statement).Count, ((DoTimesStatement)statement).Body),
        StatementKind.Defer => $"(defer {Of(((DeferStatement)statement).Body)})",
        StatementKind.Yield => "(yield)",
        StatementKind.Asm => Asm((AsmStatement)statement),
        StatementKind.Mir => $"(mir {Quote(((MirStatement)statement).Code.Text)})",
        StatementKind.Empty => "()",
    };

    private static string Named(NamedType type) => Join(type.Path, ".", name => name.Text) + Arguments(type.Arguments);

    private static string Arguments(ImmutableArray<TypeSyntax> types) =>
        types.IsEmpty ? "" : $"<{Join(types, ", ", Of)}>";

    private static string Pointer(PointerType type)
    {
        string access = type.Access switch
        {
            PointerAccess.Unspecified => "",
            PointerAccess.Mutable => "mut ",
            PointerAccess.Constant => "const ",
        };
        return (type.IsReference ? "&" : "*") + access + Of(type.Element);
    }

    private static string Function(FunctionType type) =>
        $"fn({Join(type.Parameters, ", ", Of)})" + (type.Result is { } result ? $" -> {Of(result)}" : "");

    private static string Variant(VariantPattern pattern)
    {
        string path = Join(pattern.Path, ".", name => name.Text);
        return pattern.Payload is { } payload ? $"{path}({Join(payload, ", ", Of)})" : path;
    }

    private static string StructPattern(StructPattern pattern) =>
        Join(pattern.Path, ".", name => name.Text)
        + $" {{ {Join(pattern.Fields, ", ", field => $"{field.Name}: {Of(field.Pattern)}")} }}";

    private static string For(ForStatement loop)
    {
        string word = loop.Spelling switch
        {
            ForSpelling.ForIn => "for",
            ForSpelling.LoopInto => "loop-into",
            ForSpelling.LoopRefTo => "loop-ref",
            ForSpelling.LoopIndexedTo => "loop-indexed",
            ForSpelling.LoopAt => "loop-at",
        };
        string element = Of(loop.Element) + (loop.ByReference ? "!" : "") + (loop.Index is { } i ? $" {i}" : "");
        return $"({word} {element} {Of(loop.Iterable)} {Of(loop.Body)})";
    }

    private static string Asm(AsmStatement asm)
    {
        var text = new StringBuilder("(asm ");
        text.Append(asm.Name is { } name ? $"{name} " : "").Append(Quote(asm.Code.Text));
        text.Append(Join(asm.Outputs, "", operand => $" (out {operand.Constraint} {Of(operand.Value)})"));
        text.Append(Join(asm.Inputs, "", operand => $" (in {operand.Constraint} {Of(operand.Value)})"));
        foreach (string clobber in asm.Clobbers)
        {
            text.Append($" (clobber {clobber})");
        }

        return text.Append(')').ToString();
    }

    private static string List(string head, params ReadOnlySpan<Expression?> parts)
    {
        var text = new StringBuilder("(").Append(head);
        foreach (Expression? part in parts)
        {
            if (part is not null)
            {
                text.Append(' ').Append(Of(part));
            }
        }

        return text.Append(')').ToString();
    }

    private static string Join<T>(ImmutableArray<T> items, string separator, Func<T, string> of) =>
        string.Join(separator, items.Select(of));

    private static string Quote(string text) => "\"" + text.Replace("\\", "\\\\").Replace("\n", "\\n")
        .Replace("\r", "\\r").Replace("\t", "\\t").Replace("\0", "\\0").Replace("\"", "\\\"") + "\"";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
