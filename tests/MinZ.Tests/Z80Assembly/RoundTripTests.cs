using MinZ.Backends.Z80.Assembly;
using Xunit;

namespace MinZ.Tests.Z80Assembly;

public sealed class RoundTripTests
{
    private const int Address = 0x8000;

    [Fact]
    public void EveryFormIsReadBackAsItself()
    {
        Span<byte> buffer = stackalloc byte[InstructionEncoder.MaxSize];
        foreach (var form in InstructionTable.Forms)
        {
            foreach (var number in Samples(form.Number))
            {
                var size = InstructionEncoder.Write(form, number, -5, buffer);
                Assert.Equal(form.Size, size);
                var item = Disassembler.Read(buffer[..size], Address, out var read);
                Assert.Equal(size, read);
                var instruction = Assert.IsType<Instruction>(item);
                var expected = form.Number switch
                {
                    NumberField.Byte => number & 0xFF,
                    NumberField.Word => number & 0xFFFF,
                    NumberField.Relative => Address + size + number,
                    _ => number,
                };
                Assert.Equal(form.Mnemonic, instruction.Mnemonic);
                Assert.Equal(form.ToString(), instruction.Form!.ToString());
                if (form.NumberOperand >= 0)
                    Assert.Equal(expected, instruction[form.NumberOperand].Number);
                if (form.DisplacementOperand >= 0)
                    Assert.Equal(-5, instruction[form.DisplacementOperand].Number);
            }
        }
    }

    [Fact]
    public void AssembledBytesDisassembleToTheSameBytes()
    {
        var items = InstructionTable.Forms.Where(f => !f.DecodeOnly)
            .Select(f => TableSamples.Instance(f)).ToList<Item>();
        // Relative jumps take $ so that each stays in reach.
        var image = Assembled.Image(items);
        Assert.Equal(items.Count, image.Items.Length);
        foreach (var placed in image.Items)
        {
            var item = Disassembler.Read(image.BytesOf(placed), placed.Address, out var size);
            Assert.Equal(placed.Size, size);
            var again = Assembled.Image([new Org(placed.Address), item]);
            Assert.Equal(image.BytesOf(placed), again.Bytes.AsSpan());
        }
    }

    [Fact]
    public void NoByteSequenceStopsTheDisassembler()
    {
        var random = new Random(1);
        var bytes = new byte[20_000];
        random.NextBytes(bytes);
        var items = Disassembler.ReadAll(bytes, 0);
        var rebuilt = Assembled.Image([new Org(0), .. items.Select(i => WithShortest(i, bytes))]);
        Assert.Equal(bytes, rebuilt.Bytes.ToArray());

        // Decode-only encodings have no text of their own, so they are kept as the bytes they were.
        static Item WithShortest(PlacedItem placed, byte[] bytes) =>
            placed.Item is Instruction instruction && IsCanonical(instruction, placed, bytes)
                ? instruction
                : new DataBytes([.. bytes.AsSpan(placed.Address, placed.Size)]);

        static bool IsCanonical(Instruction instruction, PlacedItem placed, byte[] bytes)
        {
            var form = instruction.Form!;
            // A relative jump over the end of memory cannot be written as an address.
            if (form.Number == NumberField.Relative)
                return instruction.Target is Expr.Constant { Value: < 0x8000 };
            return form.Size == placed.Size && Assembled.Image([instruction]).Bytes
                .SequenceEqual(bytes.AsSpan(placed.Address, placed.Size).ToArray());
        }
    }

    private static int[] Samples(NumberField field) => field switch
    {
        NumberField.None or NumberField.Zero => [0],
        NumberField.Byte => [0, 0x7F, 0xFF],
        NumberField.Word => [0, 0x1234, 0xFFFF],
        NumberField.Relative => [-128, 0, 127],
        NumberField.Bit => [0, 1, 2, 3, 4, 5, 6, 7],
        NumberField.Restart => [0, 8, 0x38],
        NumberField.Mode => [0],
    };
}
