using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MinZ.Backends.Z80.Assembly;
using Xunit;

namespace MinZ.Tests.Z80Assembly;

/// <summary>Compares encodings and T-states with tools that share nothing with ours.</summary>
public sealed partial class OtherAssemblerTests
{
    private const int Origin = 0x8000;

    [Fact]
    public void Z80dasmReadsEveryForm()
    {
        var tool = ExternalTool.Require("z80dasm");
        using var folder = new TemporaryFolder();
        var image = Assembled.Image([.. Canonical().Select(TableSamples.Instance)], Origin);
        var file = folder.Write("all.bin", [.. image.Bytes]);
        var result = tool.Run(["-u", "-g", $"0x{Origin:x}", file]);
        Assert.Equal(0, result.ExitCode);

        // What it prints, read by our parser, must give the same bytes; its form of a copying instruction is its own.
        var text = CopyingInstruction().Replace(result.Output, "$1,$2");
        var parsed = AsmParser.Parse(text);
        Assert.Empty(parsed.Errors.Select(e => $"{e.Position.Line}: {e.Message}"));
        var again = Assembled.Image(parsed.Items);
        for (var i = 0; i < image.Items.Length; i++)
        {
            var expected = image.Items[i];
            var actual = again.Items.First(p => p.Address == expected.Address && p.Size > 0);
            Assert.Equal(expected.Item.ToString(), actual.Item.ToString());
        }
        Assert.Equal(image.Bytes, again.Bytes);
    }

    [Fact]
    public void SdasAgreesOnBytesAndTimesOfTheDocumentedForms()
    {
        var tool = ExternalTool.Require("sdasz80");
        using var folder = new TemporaryFolder();
        var forms = Canonical().Where(IsDocumented).ToList();
        var source = new StringBuilder("\t.area CODE (ABS)\n\t.org 0x8000\n");
        foreach (var form in forms)
            source.Append('\t').Append(Sdas(TableSamples.Instance(form))).Append('\n');
        var path = folder.Write("all.asm", Encoding.ASCII.GetBytes(source.ToString()));
        var result = tool.Run(["-l", "-p", path]);
        Assert.True(result.ExitCode == 0, result.Error);

        var image = Assembled.Image([.. forms.Select(TableSamples.Instance)], Origin);
        var lines = File.ReadAllLines(Path.ChangeExtension(path, ".lst"))
            .Select(line => ListingLine().Match(line)).Where(m => m.Success).ToList();
        Assert.Equal(forms.Count, lines.Count);
        foreach (var (placed, line) in image.Items.Zip(lines))
        {
            var text = $"{placed.Item} {line.Groups["source"].Value}: ";
            Assert.Equal(text + Convert.ToHexString(image.BytesOf(placed)),
                text + line.Groups["bytes"].Value.Replace(" ", ""));
            Assert.Equal(text + placed.TStates, text + line.Groups["time"].Value);
        }
    }

    private static IEnumerable<InstructionForm> Canonical() => InstructionTable.Forms.Where(f => !f.DecodeOnly);

    private static bool IsDocumented(InstructionForm form) =>
        form.Mnemonic != Mnemonic.Sll && form.Third == OperandKind.None && form.Number != NumberField.Zero
        && !new Operand(form.First).IsIndexHalf && !new Operand(form.Second).IsIndexHalf
        && form.First != OperandKind.F && !(form.HasDisplacement && form.Page == 0xCB && form.Number != NumberField.Bit
            && form.Second != OperandKind.None);

    // sdas marks constants with # and writes 5 (ix) for (ix+5).
    private static string Sdas(Instruction instruction)
    {
        var operands = Enumerable.Range(0, instruction.OperandCount).Select(i => instruction[i]).Select(operand =>
            operand.Kind switch
            {
                OperandKind.IndIX => $"{operand.Number} (ix)",
                OperandKind.IndIY => $"{operand.Number} (iy)",
                OperandKind.Imm when operand.Expression is Expr.Here => ".",
                OperandKind.Imm when TakesHash(instruction.Mnemonic) => $"#{operand.Number}",
                OperandKind.Imm => operand.Number.ToString(CultureInfo.InvariantCulture),
                _ when instruction.Mnemonic == Mnemonic.Jp && operand.IsPair => $"({operand})",
                _ => operand.ToString(),
            });
        return $"{instruction.Mnemonic.ToString().ToLowerInvariant()} {string.Join(',', operands)}";
    }

    private static bool TakesHash(Mnemonic mnemonic) => mnemonic is Mnemonic.Ld or Mnemonic.Add or Mnemonic.Adc
        or Mnemonic.Sub or Mnemonic.Sbc or Mnemonic.And or Mnemonic.Or or Mnemonic.Xor or Mnemonic.Cp;

    [GeneratedRegex(@"(\S+ (?:\d,)?\(i[xy][^)]*\)) & ld (\w),.*")]
    private static partial Regex CopyingInstruction();

    [GeneratedRegex(@"^\s+00[0-9A-F]{4} (?<bytes>(?:[0-9A-F]{2} )+)\s*\[ *(?<time>\d+)\] +\d+ \t(?<source>.*)$")]
    private static partial Regex ListingLine();
}
