using MinZ.Backends.Z80.Assembly;
using Xunit;
using static MinZ.Backends.Z80.Assembly.Asm;

namespace MinZ.Tests.Z80Assembly;

public sealed class AssemblerTests
{
    [Fact]
    public void JumpsTakeTheShortestLengthThatReaches()
    {
        var image = Assembled.Image([
            At("start"), Jump("near"), Jump(Cond.NZ, "far"), Jump(Cond.PE, "near"), At("near"),
            Space(130), At("far"), Jump("start"), Jump("far"), Ret()]);
        var jumps = image.Items.Select(i => i.Item).OfType<Instruction>().Select(i => i.ToString()).ToArray();
        Assert.Equal(
            ["jr near", "jp nz,far", "jp pe,near", "jp start", "jr far", "ret"], jumps);
        Assert.Equal(0x8000 + 2 + 3 + 3, image["near"]);
        Assert.Equal([0x18, 6, 0xC2, 0x8A, 0x80, 0xEA, 0x08, 0x80], image.Bytes[..8]);
    }

    [Fact]
    public void GrowingOneJumpCanGrowAnother()
    {
        // The second jump is just in reach until the first grows by a byte.
        var image = Assembled.Image([
            At("a"), Jump("c"), Space(122), Jump("a"), Space(10), At("c"), Ret()]);
        Assert.Equal(["jp c", "jr a", "ret"],
            image.Items.Select(i => i.Item).OfType<Instruction>().Select(i => i.ToString()));
        image = Assembled.Image([
            At("a"), Jump("c"), Space(124), Jump("a"), Space(10), At("c"), Ret()]);
        Assert.Equal(["jp c", "jp a", "ret"],
            image.Items.Select(i => i.Item).OfType<Instruction>().Select(i => i.ToString()));
    }

    [Fact]
    public void ExpressionsSymbolsAndData()
    {
        var image = Assembled.Image([
            new Equ("size", Expr.Of("end") - "table"),
            Ld(HL, Imm(Expr.Of("table") + 1)), Ld(B, Imm("size")), Ld(A, High("table")), Ld(IX, Mem("table")),
            new Align(16), At("table"), Words("table", Expr.Current, 0x1234, -1), ByteValues(Expr.Low("end"), -1, 'a'),
            Text("hi"), new Reserve(3, 0xEE), At("end")]);
        Assert.Equal(0x8010, image["table"]);
        Assert.Equal(16, image["size"]);
        Assert.Equal(
            [0x21, 0x11, 0x80, 0x06, 16, 0x3E, 0x80, 0xDD, 0x2A, 0x10, 0x80, 0, 0, 0, 0, 0, 0x10, 0x80, 0x10, 0x80,
                0x34, 0x12, 0xFF, 0xFF, 0x20, 0xFF, 0x61, 0x68, 0x69, 0xEE, 0xEE, 0xEE], image.Bytes);
        Assert.False(image.Symbols.Single(s => s.Name == "size").IsLabel);
    }

    [Fact]
    public void RegionsAreSortedAndTheGapIsFilled()
    {
        var result = Assembler.Assemble(
            [new Org(0x9000), Bytes(1, 2), new Org(0x8FFC), Bytes(3)], new AssemblerOptions { Fill = 0xFF });
        var image = result.Image!;
        Assert.Equal(0x8FFC, image.Origin);
        Assert.Equal([3, 0xFF, 0xFF, 0xFF, 1, 2], image.Bytes);
        Assert.Equal([new ImageRegion(0x8FFC, 1), new ImageRegion(0x9000, 2)], image.Regions);
    }

    [Fact]
    public void EveryErrorHasItsPlace()
    {
        AssertErrors(
            [
                (1, "'lop' is not defined"), (2, "is 200 bytes"), (3, "256 does not fit in 8 bits"),
                (4, "no bit 8"), (5, "displacement 128"), (6, "70000 does not fit in 16 bits"),
                (7, "depends on itself"),
            ],
            At("loop"), Mark(1, Jp("lop")), Mark(2, Jr(Imm(Expr.Current + 202))), Mark(3, Ld(A, 256)),
            Mark(4, Set(8, A)), Mark(5, Ld(Ix(128), 1)), Mark(6, Words(70000)), Mark(7, Ld(A, Imm("x"))),
            new Equ("x", Expr.Of("y")), new Equ("y", Expr.Of("x")));
        AssertErrors(
            [(2, "'a' is already defined"), (3, "no instruction 'ld hl,de'")],
            Mark(1, At("a")), Mark(2, At("a")), Mark(3, Ld(HL, DE)));
        AssertErrors([(2, "0x8001 is already used")], Mark(1, Bytes(1, 2)), new Org(0x8001), Mark(2, Bytes(3)));
        AssertErrors([(1, "over the end of memory")], new Org(0xFFFF), Mark(1, Words(1)));
        AssertErrors([(1, "depend on each other")], Mark(1, new Reserve(Expr.Of(1) - "n")),
            new Equ("n", Expr.Current - 0x8000), Bytes(1));
    }

    private static Item Mark(int line, Item item) => item with { Position = new SourcePosition(0, line, 1) };

    private static void AssertErrors((int Line, string Part)[] expected, params Item[] items)
    {
        var result = Assembler.Assemble(items);
        Assert.Null(result.Image);
        Assert.Equal(expected.Select(e => e.Line), result.Errors.Select(e => e.Position.Line));
        foreach (var ((_, part), error) in expected.Zip(result.Errors))
            Assert.Contains(part, error.Message);
    }
}
