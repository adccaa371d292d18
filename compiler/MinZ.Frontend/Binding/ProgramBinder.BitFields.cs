using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <content>Types of bit-structs.</content>
internal sealed partial class ProgramBinder
{
    private const int MostBits = 32;

    /// <summary>
    /// The fields of each bit-struct. In MIR such a type is an enum without named values: an integer of a type of its
    /// own.
    /// </summary>
    public Dictionary<MirType, ImmutableArray<BitRange>> BitFields { get; } = new(ReferenceEqualityComparer.Instance);

    private void MakeBits(EnumType type, BitsDeclaration syntax, TypeSymbol symbol)
    {
        var source = symbol.Where!.Value.Source;
        var fields = ImmutableArray.CreateBuilder<BitRange>();
        var offset = 0;
        foreach (var field in syntax.Fields)
        {
            var binder = new BodyBinder(this, symbol.Module, source);
            if (field.Width is NameExpression { Name.Text: var name } &&
                TypeBinder.FindBuiltIn(name) is { IsInteger: true } whole)
            {
                Diagnostics.TypeMismatch(source.At(field.Width.Span), "a number of bits", $"type `{name}`",
                    $"write `{field.Name}: {whole.Bits}`");
                continue;
            }
            var width = binder.BindConstantInt(field.Width, "the width of a field");
            if (width is null)
                continue;
            if (width < 1 || width > (syntax.Size ?? MostBits) - offset)
            {
                Diagnostics.BadBits(source.At(field.Span), field.Name.Text, width.Value.ToString(),
                    syntax.Size ?? MostBits, offset);
                break;
            }
            if (fields.Any(f => f.Name == field.Name.Text) && field.Name.Text != "_")
                Diagnostics.Redeclared(source.At(field.Name.Span), field.Name.Text,
                    source.At(syntax.Fields.First(f => f.Name.Text == field.Name.Text).Name.Span));
            fields.Add(new BitRange(field.Name.Text, offset, (int)width));
            offset += (int)width;
        }
        type.Variants = [];
        type.Tag = MirType.Unsigned(syntax.Size ?? (offset <= 8 ? 8 : offset <= 16 ? 16 : 32));
        BitFields[type] = fields.ToImmutable();
    }
}

/// <summary>A field of a bit-struct.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Offset">Its lowest bit.</param>
/// <param name="Width">Number of bits.</param>
internal readonly record struct BitRange(string Name, int Offset, int Width);
