using MinZ.Backends.Z80.Assembly;
using Xunit;
using static MinZ.Backends.Z80.Assembly.Asm;

namespace MinZ.Tests.Z80Assembly;

public sealed class InstructionTableTests
{
    // Opcodes that are not instructions of a page: the prefixes, and the holes of page ED.
    [Theory]
    [InlineData(0x00, 0x00, 252)]
    [InlineData(0x00, 0xCB, 256 - 7 * 24)]
    [InlineData(0xDD, 0xCB, 256 - 7 * 24)]
    [InlineData(0xFD, 0xCB, 256 - 7 * 24)]
    public void EveryOpcodeOfAPageIsOneInstruction(int prefix, int page, int expected)
    {
        var forms = InstructionTable.Forms.Where(f => f.IndexPrefix == prefix && f.Page == page).ToList();
        var opcodes = forms.Select(f => f.Opcode).ToHashSet();
        Assert.Equal(forms.Count, opcodes.Count);
        // A form with a number in the opcode stands for several.
        var weight = forms.Sum(f => f.Number switch
        {
            NumberField.Bit or NumberField.Restart => 8,
            _ => 1,
        });
        Assert.Equal(page == 0 ? expected : 256, weight);
        if (page != 0)
            Assert.Equal(expected, forms.Count);
    }

    [Fact]
    public void UsesAndDefsTellApartWhatMatters()
    {
        Assert.Equal(Regs.B | Regs.A | Regs.FlagC, InstructionTable.Uses(Adc(B)));
        Assert.Equal(Regs.A | Regs.Flags, InstructionTable.Defs(Adc(B)));
        Assert.Equal(Regs.None, InstructionTable.Uses(Xor(A)));
        Assert.Equal(Regs.FlagC, InstructionTable.Uses(Sbc(A)));
        Assert.Equal(Regs.Flags, InstructionTable.Defs(Or(A)));
        Assert.Equal(Regs.IX, InstructionTable.Uses(Ld(B, Ix(3))));
        Assert.Equal(Regs.HL | Regs.B, InstructionTable.Uses(Ld(IndHL, B)));
        Assert.Equal(Regs.None, InstructionTable.Defs(Ld(IndHL, B)));
        Assert.Equal(Regs.IXH, InstructionTable.Defs(Ld(IXH, 1)));
        Assert.Equal(Regs.FlagZ, InstructionTable.Uses(Jp(Cond.NZ, "x")));
        Assert.Equal(Regs.HL | Regs.FlagH | Regs.FlagN | Regs.FlagC, InstructionTable.Defs(Add(HL, DE)));
        Assert.Equal(Regs.B, InstructionTable.Defs(Djnz("x")));
        Assert.Equal(Regs.BC, InstructionTable.Uses(In(A, IndC)));
        Assert.Equal(Effects.Load | Effects.Store, InstructionTable.Get(Set(1, Iy(-1))).Effects);
        Assert.Equal(Effects.Store, InstructionTable.Get(Ld(Mem("v"), HL)).Effects);
        Assert.Equal(Effects.Port, InstructionTable.Get(Out(Mem(254), A)).Effects);
        Assert.Equal(Effects.None, InstructionTable.Get(Jp(HL)).Effects);
    }

    [Fact]
    public void SizesAndTimesOfIndexedForms()
    {
        Assert.Equal((4, 19), Cost(Ld(Ix(1), 7)));
        Assert.Equal((3, 19), Cost(Ld(Ix(1), B)));
        Assert.Equal((3, 23), Cost(Inc(Ix(1))));
        Assert.Equal((4, 23), Cost(Set(7, Ix(1))));
        Assert.Equal((4, 20), Cost(Bit(7, Ix(1))));
        Assert.Equal((2, 8), Cost(Jp(IX)));
        Assert.Equal((4, 20), Cost(Ld(IX, Mem("x"))));
        Assert.Equal((3, 16), Cost(Ld(HL, Mem("x"))));
        Assert.Equal((2, 15), Cost(Push(IX)));
        Assert.Null(InstructionTable.Find(Ld(IXH, H)));
        Assert.Null(InstructionTable.Find(Ld(IndHL, IndHL)));

        static (int, int) Cost(Instruction instruction) =>
            (InstructionTable.Size(instruction), InstructionTable.TStates(instruction));
    }
}
