using System.Text;

namespace MinZ.Frontend.Text;

/// <summary>A line and a column, both counted from 1; columns count UTF-16 code units, a tab is one column.</summary>
public readonly record struct LinePosition(int Line, int Column) : IComparable<LinePosition>
{
    /// <inheritdoc/>
    public int CompareTo(LinePosition other) =>
        Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);
}

/// <summary>The immutable text of one source file, with its path and the map from offsets to lines.</summary>
public sealed class SourceText
{
    private readonly int[] _lineStarts;

    /// <param name="text">The characters of the file, without a byte-order mark.</param>
    /// <param name="path">The path as it shall appear in messages; need not exist.</param>
    public SourceText(string text, string path = "")
    {
        Text = text;
        Path = path;
        _lineStarts = FindLineStarts(text);
    }

    /// <summary>The path as it appears in messages.</summary>
    public string Path { get; }

    /// <summary>All characters of the file.</summary>
    public string Text { get; }

    /// <summary>Number of UTF-16 code units.</summary>
    public int Length => Text.Length;

    /// <summary>Number of lines; an empty text has one.</summary>
    public int LineCount => _lineStarts.Length;

    /// <summary>The characters of <paramref name="span"/>, cut to the text.</summary>
    public ReadOnlySpan<char> Slice(TextSpan span)
    {
        int start = Math.Clamp(span.Start, 0, Text.Length);
        return Text.AsSpan(start, Math.Clamp(span.Length, 0, Text.Length - start));
    }

    /// <summary>The characters of <paramref name="span"/> as a string.</summary>
    public string ToString(TextSpan span) => Slice(span).ToString();

    /// <summary>Line and column (from 1) of an offset; offsets outside the text count as its nearest end.</summary>
    public LinePosition PositionOf(int offset)
    {
        offset = Math.Clamp(offset, 0, Text.Length);
        int index = Array.BinarySearch(_lineStarts, offset);
        int line = index >= 0 ? index : ~index - 1;
        return new LinePosition(line + 1, offset - _lineStarts[line] + 1);
    }

    /// <summary>The span of a line (from 1) without its line ending.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The text has no such line.</exception>
    public TextSpan LineSpan(int line)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(line, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(line, LineCount);
        int start = _lineStarts[line - 1];
        int end = line < LineCount ? _lineStarts[line] : Text.Length;
        while (end > start && (Text[end - 1] is '\n' or '\r'))
        {
            end--;
        }

        return TextSpan.FromBounds(start, end);
    }

    /// <summary>The place <paramref name="span"/> of this text, for a diagnostic.</summary>
    public Location At(TextSpan span) => new(this, span);

    /// <summary>
    /// Decodes the bytes of a source file, skipping a byte-order mark. Returns false, with the offset of the first bad
    /// byte in <paramref name="badByte"/>, when they are not UTF-8; the text then holds U+FFFD for what is bad.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, string path, out SourceText text, out int badByte)
    {
        ReadOnlySpan<byte> content = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes;
        badByte = FirstInvalidUtf8(content);
        if (badByte >= 0)
        {
            badByte += bytes.Length - content.Length;
        }

        text = new SourceText(Encoding.UTF8.GetString(content), path);
        return badByte < 0;
    }

    /// <summary>Offset of the first byte that is not part of well-formed UTF-8, or -1.</summary>
    public static int FirstInvalidUtf8(ReadOnlySpan<byte> bytes)
    {
        int offset = 0;
        while (offset < bytes.Length)
        {
            if (Rune.DecodeFromUtf8(bytes[offset..], out _, out int consumed) != System.Buffers.OperationStatus.Done)
            {
                return offset;
            }

            offset += consumed;
        }

        return -1;
    }

    private static int[] FindLineStarts(string text)
    {
        var starts = new List<int>(text.Length / 24 + 1) { 0 };
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\n' || (c == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
            {
                starts.Add(i + 1);
            }
        }

        return starts.ToArray();
    }
}

/// <summary>A span of a known source text.</summary>
public readonly record struct Location(SourceText Source, TextSpan Span)
{
    /// <summary>Where the span begins.</summary>
    public LinePosition Start => Source.PositionOf(Span.Start);

    /// <summary>Where the span ends (the position after its last character).</summary>
    public LinePosition End => Source.PositionOf(Span.End);
}
