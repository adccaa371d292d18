using System.Buffers;
using System.Runtime.InteropServices;
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
/// Turns what a program prints into text: ENTER and code 10 become a line feed, code 9 a tab, colour and position codes
/// go with their operands. Codes from 128 on that follow each other as UTF-8 are the character they encode, since that
/// is how the text of a source file arrives.
/// </summary>
public sealed class PrintedText
{
    private const byte CursorRightCode = 9;
    private const byte LineFeedCode = 10;
    private const byte EnterCode = 13;
    private const byte FirstWithOperand = 16;
    private const byte AtCode = 22;
    private const byte TabCode = 23;

    private readonly StringBuilder _text = new();
    private readonly List<byte> _encoded = [];
    private readonly bool _keeps;
    private int _operands;
    private byte _last;

    /// <summary>Nothing printed yet.</summary>
    /// <param name="keeps">False for who only wants what <see cref="Add"/> returns.</param>
    public PrintedText(bool keeps = true) => _keeps = keeps;

    /// <summary>Everything printed so far, if it is kept.</summary>
    public override string ToString() => _text + Unfinished();

    /// <summary>Takes one printed code; suits <see cref="Spectrum.Printed"/>.</summary>
    /// <returns>What it adds to the text; empty for control codes, operands and the start of a longer
    /// character.</returns>
    public string Add(byte code)
    {
        if (_operands > 0)
        {
            _operands--;
            return "";
        }
        // The ROM has no line feed; programs that print one behind ENTER mean one end of line.
        var isSecondEnd = code == LineFeedCode && _last == EnterCode;
        _last = code;
        var added = isSecondEnd ? "" : code >= 0x80 ? Encoded(code) : Unfinished() + Plain(code);
        if (code < 0x80)
        {
            _encoded.Clear();
        }
        _operands = code switch
        {
            AtCode or TabCode => 2,
            >= FirstWithOperand and < AtCode => 1,
            _ => 0,
        };
        if (_keeps)
        {
            _text.Append(added);
        }
        return added;
    }

    private static string Plain(byte code) => code switch
    {
        EnterCode or LineFeedCode => "\n",
        CursorRightCode => "\t",
        < 0x20 => "",
        // What was printed, not what it looks like: ↑ and £ are ^ and ` in every source.
        < 0x7F => ((char)code).ToString(),
        _ => SpectrumText.ToChar(code).ToString(),
    };

    /// <summary>
    /// Adds one byte to a character; what cannot be part of one stands for itself, as an unknown character.
    /// </summary>
    private string Encoded(byte code)
    {
        _encoded.Add(code);
        var status = Rune.DecodeFromUtf8(CollectionsMarshal.AsSpan(_encoded), out var rune, out _);
        if (status == OperationStatus.NeedMoreData)
        {
            return "";
        }
        var text = status == OperationStatus.Done ? rune.ToString() : Unfinished();
        _encoded.Clear();
        return text;
    }

    private string Unfinished() => new(Screen.Unknown, _encoded.Count);
}
