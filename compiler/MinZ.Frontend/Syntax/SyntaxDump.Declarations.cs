using System.Collections.Immutable;

namespace MinZ.Frontend.Syntax;

/// <content>Declarations.</content>
public static partial class SyntaxDump
{
    /// <summary>One declaration.</summary>
    public static string Of(Declaration declaration)
    {
        string text = declaration.Kind switch
        {
            DeclarationKind.Module => $"(module {Join(((ModuleDeclaration)declaration).Path, ".", n => n.Text)})",
            DeclarationKind.Import => Import((ImportDeclaration)declaration),
            DeclarationKind.Function => Function((FunctionDeclaration)declaration),
            DeclarationKind.Variable => Variable((VariableDeclaration)declaration),
            DeclarationKind.Struct => Struct((StructDeclaration)declaration),
            DeclarationKind.Enum => Enum((EnumDeclaration)declaration),
            DeclarationKind.Interface => Interface((InterfaceDeclaration)declaration),
            DeclarationKind.Impl => Impl((ImplDeclaration)declaration),
            DeclarationKind.Actor => Actor((ActorDeclaration)declaration),
            DeclarationKind.TypeAlias => Alias((TypeAlias)declaration),
            DeclarationKind.Bits => Bits((BitsDeclaration)declaration),
            DeclarationKind.Test => List($"test {Of(((TestDeclaration)declaration).Name)}",
                ((TestDeclaration)declaration).Body),
            DeclarationKind.Meta => Of(((MetaDeclaration)declaration).Call),
            DeclarationKind.Conditional => Conditional((ConditionalDeclaration)declaration),
            DeclarationKind.Asm => Asm(((AsmDeclaration)declaration).Body),
            DeclarationKind.Mir => $"(mir {Quote(((MirDeclaration)declaration).Code.Text)})",
            DeclarationKind.Missing => "<missing>",
        };
        return Join(declaration.Attributes, "", Attribute) + text;
    }

    private static string Attribute(AttributeSyntax attribute)
    {
        string arguments = attribute.Arguments.IsEmpty ? "" : $"({Join(attribute.Arguments, ",", Argument).Trim()})";
        return $"@{attribute.Name}{arguments}{(attribute.Body is { } body ? Quote(body.Text) : "")} ";
    }

    private static string Words(Modifiers modifiers) =>
        ((modifiers & Modifiers.Public) != 0 ? "pub " : "") + ((modifiers & Modifiers.Export) != 0 ? "export " : "")
        + ((modifiers & Modifiers.Extern) != 0 ? "extern " : "")
        + ((modifiers & Modifiers.Static) != 0 ? "static " : "");

    private static string Import(ImportDeclaration import) =>
        $"(import {Join(import.Path, ".", n => n.Text)}{(import.Alias is { } alias ? $" as {alias}" : "")})";

    private static string Function(FunctionDeclaration function)
    {
        string form = function.Form switch
        {
            FunctionForm.Ordinary => "fn ",
            FunctionForm.Asm => "asm fn ",
            FunctionForm.Mir => "mir fn ",
        };
        string name = (function.Receiver is { } receiver ? Of(receiver) + "." : "") + function.Name
            + (function.CanFail ? "?" : "") + TypeParameters(function.TypeParameters);
        string result = function.Result is { } type ? $" -> {Of(type)}" : "";
        string body = function.Body is { } block ? " " + Of(block) : "";
        return $"({Words(function.Modifiers)}{form}{name}({Join(function.Parameters, " ", Parameter)}){result}{body})";
    }

    private static string TypeParameters(ImmutableArray<TypeParameter> parameters) => parameters.IsEmpty ? ""
        : $"<{Join(parameters, ", ", p => p.Name + (p.Bounds.IsEmpty ? "" : $": {Join(p.Bounds, " + ", Of)}"))}>";

    private static string Parameter(Parameter parameter) =>
        (parameter.IsReference ? "&" : "") + (parameter.IsMutable ? "mut " : "")
        + (parameter.Pattern is NamePattern name ? name.Name.Text : Of(parameter.Pattern))
        + (parameter.Type is { } type ? $":{Of(type)}" : "");

    private static string Variable(VariableDeclaration variable)
    {
        string word = Words(variable.Modifiers) + variable.Keyword.ToString().ToLowerInvariant()
            + (variable.IsMutable ? " mut" : "");
        string type = variable.Type is { } t ? $":{Of(t)}" : "";
        return $"({word} {Of(variable.Pattern)}{type}{(variable.Initializer is { } e ? " " + Of(e) : "")})";
    }

    private static string Struct(StructDeclaration declaration) =>
        $"({Words(declaration.Modifiers)}struct {declaration.Name}{TypeParameters(declaration.TypeParameters)}"
        + Join(declaration.Fields, "", Field) + Join(declaration.Methods, "", m => " " + Of(m)) + ")";

    private static string Field(FieldDeclaration field) =>
        " " + Join(field.Attributes, "", Attribute) + Words(field.Modifiers)
        + (field.Name.IsMissing ? "" : $"{field.Name}:") + Of(field.Type)
        + (field.Initializer is { } e ? $"={Of(e)}" : "");

    private static string Enum(EnumDeclaration declaration) =>
        $"({Words(declaration.Modifiers)}enum {declaration.Name}{TypeParameters(declaration.TypeParameters)}"
        + (declaration.Underlying is { } type ? $":{Of(type)}" : "")
        + Join(declaration.Variants, "", v => $" {v.Name}"
            + (v.Payload.IsEmpty ? "" : $"({Join(v.Payload, "", Field).Trim()})")
            + (v.Value is { } value ? $"={Of(value)}" : "")) + ")";

    private static string Interface(InterfaceDeclaration declaration) =>
        $"({Words(declaration.Modifiers)}interface {declaration.Name}{TypeParameters(declaration.TypeParameters)}"
        + (declaration.Bases.IsEmpty ? "" : $": {Join(declaration.Bases, " + ", Of)}")
        + Join(declaration.Methods, "", m => " " + Of(m)) + ")";

    private static string Impl(ImplDeclaration declaration) =>
        $"(impl{TypeParameters(declaration.TypeParameters)} "
        + (declaration.Interface is { } i ? $"{Of(i)} for " : "") + Of(declaration.Target)
        + Join(declaration.Constants, "", c => " " + Of(c)) + Join(declaration.Methods, "", m => " " + Of(m)) + ")";

    private static string Actor(ActorDeclaration declaration) =>
        $"({Words(declaration.Modifiers)}actor {declaration.Name}{TypeParameters(declaration.TypeParameters)}"
        + Join(declaration.Variables, "", v => " " + Of(v)) + Join(declaration.Methods, "", m => " " + Of(m)) + ")";

    private static string Alias(TypeAlias alias) =>
        $"({Words(alias.Modifiers)}type {alias.Name}{TypeParameters(alias.TypeParameters)} {Of(alias.Type)})";

    private static string Bits(BitsDeclaration bits) =>
        $"({Words(bits.Modifiers)}bits{bits.Size} {bits.Name}{Join(bits.Fields, "", f => $" {f.Name}:{Of(f.Width)}")})";

    private static string Conditional(ConditionalDeclaration conditional) =>
        $"(@{conditional.Name}{Join(conditional.Arguments, "", Argument)} ({Join(conditional.Then, " ", Of)})"
        + (conditional.Otherwise.IsEmpty ? ")" : $" ({Join(conditional.Otherwise, " ", Of)}))");
}
