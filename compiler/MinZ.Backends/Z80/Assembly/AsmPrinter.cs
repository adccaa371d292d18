using System.Globalization;
using System.Text;

namespace MinZ.Backends.Z80.Assembly;

/// <summary>Prints items as assembly text that the parser reads back.</summary>
public static class AsmPrinter
{
    /// <summary>An instruction without its comment, in lower case.</summary>
    public static string Format(Instruction instruction)
    {
        var text = new StringBuilder(instruction.Mnemonic.ToString().ToLowerInvariant());
        for (var i = 0; i < instruction.OperandCount; i++)
        {
            text.Append(i == 0 ? ' ' : ',');
            // Tradition writes the register jumps as if they read memory.
            if (instruction.Mnemonic is Mnemonic.Jp && instruction[i].IsPair)
                text.Append('(').Append(instruction[i]).Append(')');
            else
                text.Append(instruction[i]);
        }
        return text.ToString();
    }

    /// <summary>One line for an item, with its comment, without a line break.</summary>
    public static string Format(Item item)
    {
        var text = item switch
        {
            Label label => $"{label.Name}:",
            Equ equ => $"{equ.Name} equ {equ.Value}",
            Instruction instruction => "    " + Format(instruction),
            DataBytes data => "    db " + string.Join(',', data.Bytes),
            DataValues data => (data.Width == 1 ? "    db " : "    dw ") + string.Join(',', data.Values),
            Reserve { Fill: 0 } reserve => $"    ds {Count(reserve.Count)}",
            Reserve reserve => $"    ds {Count(reserve.Count)},{reserve.Fill}",
            Align { Fill: 0 } align => $"    align {align.Boundary}",
            Align align => $"    align {align.Boundary},{align.Fill}",
            Org org => $"    org {org.Address}",
            Remark => "",
            _ => throw new InvalidOperationException($"unknown item {item.GetType().Name}"),
        };
        return item.Comment is null ? text
            : text.Length == 0 ? $"; {item.Comment}"
            : $"{text,-32}; {item.Comment}";
    }

    // Sizes are read in decimal.
    private static string Count(Expr count) => count is Expr.Constant constant
        ? constant.Value.ToString(CultureInfo.InvariantCulture)
        : count.ToString();

    /// <summary>A whole program, one item a line, lines ended by LF.</summary>
    public static string Format(IEnumerable<Item> items)
    {
        var text = new StringBuilder();
        foreach (var item in items)
            text.Append(Format(item)).Append('\n');
        return text.ToString();
    }
}
