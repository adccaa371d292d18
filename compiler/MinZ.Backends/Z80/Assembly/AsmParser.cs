using System.Collections.Immutable;

namespace MinZ.Backends.Z80.Assembly;

/// <summary>What a text is read with.</summary>
public sealed record AsmParserOptions
{
    /// <summary>Place of the first character of the text.</summary>
    public SourcePosition Start { get; init; } = new(0, 1, 1);

    /// <summary>
    /// Put before every label the text defines, so that labels of two inline blocks do not clash; references in
    /// the text follow. Empty for files.
    /// </summary>
    public string LabelPrefix { get; init; } = "";

    /// <summary>
    /// What a name that the text does not define stands for: <c>Mem(x)</c> for a variable in memory, a register,
    /// <c>Ix(d)</c> for a variable in the frame, a number or the address of a function. Null leaves the name to
    /// the assembler. A name may have dots (<c>self.field</c>); a placeholder <c>{0}</c> asks for <c>0</c>.
    /// </summary>
    public Func<string, Operand?>? Resolve { get; init; }
}

/// <summary>The items of a text and what was wrong with it.</summary>
public sealed record AsmParseResult(ImmutableArray<Item> Items, ImmutableArray<AsmError> Errors);

/// <summary>
/// Reads Z80 assembly in the usual dialects. Statements end at a line end, <c>:</c> or <c>\</c>; comments begin with
/// <c>;</c> or <c>//</c>; nothing but names that begin labels, and strings, depends on case. A bad statement gives an
/// error and is left out; reading goes on with the next one.
/// </summary>
/// <remarks>
/// Labels have a colon, or stand in the first column or before a statement on the same line. <c>.x</c> belongs to the
/// last label without a dot before it. Numbers: <c>0x1F $1F #1F 1Fh 0b101 %101 101b 0o17 31 'c'</c>; <c>$</c> is the
/// address of the statement. Expressions have the operators and precedences of C, and <c>low(x)</c>, <c>high(x)</c>.
/// </remarks>
public sealed partial class AsmParser
{
    private readonly string _text;
    private readonly AsmParserOptions _options;
    private readonly ImmutableArray<Item>.Builder _items = ImmutableArray.CreateBuilder<Item>();
    private readonly ImmutableArray<AsmError>.Builder _errors = ImmutableArray.CreateBuilder<AsmError>();
    private readonly HashSet<string> _labels = [];
    private readonly int[] _lineStarts;
    private string _parent = "";
    private bool _isScanning;
    private List<AsmToken> _tokens = [];
    private int _at;
    private int _end;
    private int _lineStart;

    private AsmParser(string text, AsmParserOptions options)
    {
        _text = text = WithoutBlockComments(text);
        _options = options;
        _lineStarts = [0, .. Enumerable.Range(0, text.Length).Where(i => text[i] == '\n').Select(i => i + 1)];
    }

    /// <summary>The text with blanks for <c>/* … */</c>, so that all else keeps its place.</summary>
    private static string WithoutBlockComments(string text)
    {
        if (!text.Contains("/*", StringComparison.Ordinal))
            return text;
        var kept = text.ToCharArray();
        for (var i = 0; i + 1 < kept.Length; i++)
        {
            if (kept[i] == ';' || kept[i] == '/' && kept[i + 1] == '/')
            {
                i = text.IndexOf('\n', i) is >= 0 and var end ? end : kept.Length;
            }
            else if (kept[i] == '/' && kept[i + 1] == '*')
            {
                var close = text.IndexOf("*/", i + 2, StringComparison.Ordinal);
                for (var stop = close < 0 ? kept.Length : close + 2; i < stop; i++)
                    if (kept[i] is not ('\n' or '\r'))
                        kept[i] = ' ';
            }
        }
        return new string(kept);
    }

    /// <summary>Reads a text.</summary>
    public static AsmParseResult Parse(string text, AsmParserOptions? options = null)
    {
        var parser = new AsmParser(text, options ?? new AsmParserOptions());
        // Labels first: a reference must know whether the text defines its name further down.
        parser._isScanning = true;
        parser.ReadLines();
        parser._isScanning = false;
        parser._errors.Clear();
        parser._items.Clear();
        parser.ReadLines();
        return new AsmParseResult(parser._items.ToImmutable(), parser._errors.ToImmutable());
    }

    private void ReadLines()
    {
        _parent = "";
        var lexer = new AsmLexer(_text, (offset, length, message, hint) => Report(offset, length, message, hint));
        for (var line = 0; line < _lineStarts.Length; line++)
        {
            _lineStart = _lineStarts[line];
            var end = line + 1 < _lineStarts.Length ? _lineStarts[line + 1] - 1 : _text.Length;
            var errors = _errors.Count;
            _tokens = lexer.ReadLine(_lineStart, end, out var comment);
            var items = _items.Count;
            // A line that could not be cut into tokens has its error; statements would only add noise.
            if (_errors.Count == errors)
                ReadStatements();
            Attach(comment, items);
        }
    }

    private void Attach(string? comment, int firstItem)
    {
        if (comment is null)
            return;
        if (_items.Count > firstItem)
            _items[^1] = _items[^1] with { Comment = comment };
        else
            Add(new Remark { Comment = comment }, _lineStart);
    }

    private void ReadStatements()
    {
        _at = 0;
        while (_at < _tokens.Count)
        {
            if (_tokens[_at].Is(":") || _tokens[_at].Is("\\"))
            {
                _at++;
                continue;
            }
            ReadLabels();
            _end = _at;
            while (_end < _tokens.Count && !_tokens[_end].Is(":") && !_tokens[_end].Is("\\"))
                _end++;
            if (_at < _end)
                ReadStatement();
            _at = _end;
        }
    }

    // A label, or a symbol with its value (which is a statement of its own and read to the end).
    private void ReadLabels()
    {
        while (_at < _tokens.Count && _tokens[_at] is { Kind: AsmTokenKind.Name } name)
        {
            var next = _at + 1 < _tokens.Count ? _tokens[_at + 1] : default;
            if (next.Is("=") || next.IsWord("equ") || next.IsWord(".equ"))
            {
                ReadEqu(name);
                return;
            }
            // "ei : ret" is two instructions; a directive has operands, so before a colon its name is a label.
            var isStatement = AsmWords.Mnemonics.ContainsKey(name.Text)
                || !next.Is(":") && AsmWords.IsStatement(name.Text);
            if (isStatement || !IsLabel(name, next))
                return;
            _at += next.Is(":") ? 2 : 1;
            AddLabel(name);
        }
    }

    private bool IsLabel(AsmToken name, AsmToken next) => next.Kind switch
    {
        AsmTokenKind.Symbol => next.Is(":"),
        AsmTokenKind.Name => AsmWords.IsStatement(next.Text),
        AsmTokenKind.End => name.Offset == _lineStart || name.Text.StartsWith('.'),
        AsmTokenKind.Number or AsmTokenKind.Text or AsmTokenKind.Placeholder => false,
        _ => false,
    };

    private void AddLabel(AsmToken name)
    {
        var full = LocalName(name.Text);
        if (!name.Text.StartsWith('.'))
            _parent = name.Text;
        if (CheckName(name))
            Define(full);
        Add(new Label(_options.LabelPrefix + full), name.Offset);
    }

    private void ReadEqu(AsmToken name)
    {
        _at += 2;
        _end = _at;
        while (_end < _tokens.Count && !_tokens[_end].Is(":") && !_tokens[_end].Is("\\"))
            _end++;
        var full = LocalName(name.Text);
        if (!CheckName(name))
            return;
        Define(full);
        if (ReadExpression() is { } value && AtEnd())
            Add(new Equ(_options.LabelPrefix + full, value), name.Offset);
        _at = _end;
    }

    private bool CheckName(AsmToken name)
    {
        if (!AsmWords.Registers.ContainsKey(name.Text))
            return true;
        Report(name, $"'{name.Text}' is a register and cannot be a label");
        return false;
    }

    private void Define(string name)
    {
        if (_isScanning)
            _labels.Add(name);
    }

    private string LocalName(string name) => name.StartsWith('.') ? _parent + name : name;

    private void ReadStatement()
    {
        var first = _tokens[_at++];
        if (first.Kind != AsmTokenKind.Name)
        {
            Report(first, $"expected an instruction, found '{_text.Substring(first.Offset, first.Length)}'");
            return;
        }
        if (_isScanning)
            return;
        if (AsmWords.Mnemonics.TryGetValue(first.Text, out var mnemonic))
        {
            ReadInstruction(first, mnemonic);
            return;
        }
        if (AsmWords.TryGetDirective(first.Text, out var directive))
        {
            ReadDirective(first, directive);
            return;
        }
        var near = AsmWords.Suggest(first.Text);
        var hint = AsmWords.Meant(first.Text) is { } meant ? $"write {meant}"
            : near is not null ? $"did you mean '{near}'?"
            : _at == _end ? "a label needs a colon or stands in the first column"
            : null;
        Report(first, $"unknown instruction '{first.Text}'", hint);
    }

    private bool AtEnd()
    {
        if (_at >= _end)
            return true;
        var token = _tokens[_at];
        Report(token, $"unexpected '{_text.Substring(token.Offset, token.Length)}'");
        return false;
    }

    private AsmToken Peek => _at < _end ? _tokens[_at] : new AsmToken(AsmTokenKind.End, EndOffset, 0, "");

    private int EndOffset => _end > 0 && _end <= _tokens.Count ? _tokens[_end - 1].End : _lineStart;

    private bool Take(string symbol)
    {
        if (!Peek.Is(symbol))
            return false;
        _at++;
        return true;
    }

    private void Add(Item item, int offset)
    {
        if (!_isScanning)
            _items.Add(item with { Position = PositionOf(offset) });
    }

    private SourcePosition PositionOf(int offset)
    {
        var line = Array.BinarySearch(_lineStarts, offset);
        line = line < 0 ? ~line - 1 : line;
        var column = offset - _lineStarts[line] + (line == 0 ? _options.Start.Column : 1);
        return new SourcePosition(_options.Start.File, _options.Start.Line + line, column);
    }

    private void Report(AsmToken token, string message, string? hint = null) =>
        Report(token.Offset, token.Length, message, hint);

    private void Report(int offset, int length, string message, string? hint) =>
        _errors.Add(new AsmError(PositionOf(offset), message, hint) { Offset = offset, Length = length });
}
