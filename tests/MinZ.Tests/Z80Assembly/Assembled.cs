using MinZ.Backends.Z80.Assembly;
using Xunit;

namespace MinZ.Tests.Z80Assembly;

/// <summary>Assembles items that must be without errors.</summary>
internal static class Assembled
{
    public static Image Image(IReadOnlyList<Item> items, int origin = 0x8000)
    {
        var result = Assembler.Assemble(items, new AssemblerOptions { Origin = origin });
        Assert.Empty(result.Errors.Select(e => $"{e.Position.Line}: {e.Message}"));
        return result.Image!;
    }
}

/// <summary>Makes an instruction of each form of the table.</summary>
internal static class TableSamples
{
    public static Instruction Instance(InstructionForm form) => new(
        form.Mnemonic, Sample(form, 0, form.First), Sample(form, 1, form.Second),
        new Operand(form.Third));

    private static Operand Sample(InstructionForm form, int index, OperandKind kind) =>
        index == form.DisplacementOperand ? new Operand(kind, 5)
        : index != form.NumberOperand ? new Operand(kind)
        : form.Number switch
        {
            NumberField.None or NumberField.Zero => new Operand(kind),
            NumberField.Byte => new Operand(kind, 0x21),
            NumberField.Word => new Operand(kind, 0x1234),
            NumberField.Relative => new Operand(kind, 0, Expr.Current),
            NumberField.Bit => new Operand(kind, 3),
            NumberField.Restart => new Operand(kind, 0x18),
            NumberField.Mode => new Operand(kind, 2),
        };
}
