using System.Text;

namespace MinZ.Z80;

/// <summary>The Spectrum's character set: ASCII but for £, ↑ and ©.</summary>
public static class SpectrumText
{
    /// <summary>
    /// The Unicode character of a printable code, 0x20 to 0x7F; <see cref="Screen.Unknown"/> for others.
    /// </summary>
    public static char ToChar(byte code) => code switch
    {
        0x5E => '↑',
        0x60 => '£',
        0x7F => '©',
        >= 0x20 and < 0x80 => (char)code,
        _ => Screen.Unknown,
    };
}

/// <summary>
/// Turns what a program prints into text: ENTER becomes a line feed, colour and position codes go with their operands.
/// </summary>
public sealed class PrintedText
{
    private const byte EnterCode = 13;
    private const byte FirstWithOperand = 16;
    private const byte AtCode = 22;
    private const byte TabCode = 23;

    private readonly StringBuilder _text = new();
    private int _operands;

    /// <summary>Everything printed so far.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>Takes one printed code; suits <see cref="Spectrum.Printed"/>.</summary>
    /// <returns>The character it stands for, or null for a control code or its operand.</returns>
    public char? Add(byte code)
    {
        if (_operands > 0)
        {
            _operands--;
            return null;
        }
        char? character = code switch
        {
            EnterCode => '\n',
            < 0x20 => null,
            _ => SpectrumText.ToChar(code),
        };
        _operands = code switch
        {
            AtCode or TabCode => 2,
            >= FirstWithOperand and < AtCode => 1,
            _ => 0,
        };
        if (character is { } printed)
        {
            _text.Append(printed);
        }
        return character;
    }
}
