using System.Text;
using System.Text.RegularExpressions;

namespace MinZ.Frontend.Binding;

/// <content>Reads the text of assembly for the names in its operands.</content>
internal sealed partial class BodyBinder
{
    private static readonly HashSet<string> Registers16OfAssembly = new(StringComparer.OrdinalIgnoreCase)
    {
        "bc", "de", "hl", "sp", "ix", "iy",
    };

    /// <summary>Where a word of assembly stands.</summary>
    /// <param name="Instruction">The first word of its instruction, as written.</param>
    /// <param name="First">The first word behind that, which may be the word itself; "()" for one in
    /// parentheses.</param>
    /// <param name="InParentheses">True when it is all there is between parentheses.</param>
    /// <param name="IsWhole">True when it is a whole operand, without parentheses.</param>
    private readonly record struct WordPlace(string Instruction, string First, bool InParentheses, bool IsWhole)
    {
        /// <summary>True for the value of a load to a register of 16 bits.</summary>
        public bool LoadsPair => IsWhole && Instruction.Equals("ld", StringComparison.OrdinalIgnoreCase)
            && Registers16OfAssembly.Contains(First);

        /// <summary>True in text like <c>ADD A, b</c>, whose author writes registers in capitals.</summary>
        public bool IsShouted => IsWhole && Instruction.Length > 1 && Instruction.All(char.IsAsciiLetterUpper);
    }

    /// <summary>
    /// Finds variables, functions and constants named in operands; constants become their number. The first word of an
    /// instruction, registers and conditions mean themselves.
    /// </summary>
    private string BindNamesIn(string code, AssemblyNames names)
    {
        var text = new StringBuilder();
        var atStart = true;
        var (instruction, first) = ("", "");
        for (var i = 0; i < code.Length;)
        {
            var c = code[i];
            if (CommentEnd(code, i) is { } commentEnd)
            {
                text.Append(code, i, commentEnd - i);
                i = commentEnd;
            }
            else if (c is '"' or '\'' && !(i > 0 && char.IsAsciiLetter(code[i - 1])) &&
                     code.IndexOf(c, i + 1) is var close && close > i && close - i <= 40 &&
                     !code.AsSpan(i, close - i).Contains('\n'))
            {
                text.Append(code, i, close + 1 - i);
                i = close + 1;
            }
            else if (char.IsAsciiLetter(c) || c == '_')
            {
                var end = i;
                while (end < code.Length && (char.IsAsciiLetterOrDigit(code[end]) || code[end] is '_' or '.'))
                    end++;
                var word = code[i..end];
                if (atStart)
                    (instruction, first) = (word, "");
                else if (first.Length == 0)
                    first = code[i - 1] is '(' or '[' ? "()" : word;
                var isLabel = i > 0 && code[i - 1] == '.';
                text.Append(atStart || isLabel ? word
                    : Operand(word, PlaceOf(code, i, end, instruction, first), code, names));
                atStart = false;
                i = end;
            }
            else
            {
                // A number such as 0FFh or $FF swallows its letters.
                if (char.IsAsciiDigit(c) || c is '$' or '#' or '%')
                    for (text.Append(code[i++]); i < code.Length && char.IsAsciiLetterOrDigit(code[i]); i++)
                        text.Append(code[i]);
                else if (c == '!' && i + 1 < code.Length && (char.IsAsciiLetter(code[i + 1]) || code[i + 1] == '_'))
                    i++;
                else
                    text.Append(code[i++]);
                atStart = c is '\n' or ':' || (atStart && char.IsWhiteSpace(c));
            }
        }
        return text.ToString();
    }

    /// <summary>Where a comment that begins at a place ends; null when none does.</summary>
    private static int? CommentEnd(string code, int at)
    {
        var next = at + 1 < code.Length ? code[at + 1] : '\0';
        if (code[at] == '/' && next == '*'
            && code.IndexOf("*/", at + 2, StringComparison.Ordinal) is >= 0 and var close)
            return close + 2;
        if (code[at] != ';' && (code[at] != '/' || next != '/'))
            return null;
        return code.IndexOf('\n', at) is >= 0 and var end ? end : code.Length;
    }

    private static WordPlace PlaceOf(string code, int start, int end, string instruction, string first)
    {
        var (before, after) = (start - 1, end);
        while (before >= 0 && code[before] is ' ' or '\t')
            before--;
        while (after < code.Length && code[after] is ' ' or '\t')
            after++;
        var previous = before < 0 ? '\n' : code[before];
        var next = after >= code.Length ? '\n' : code[after];
        var isWhole = (previous is ',' or '!' || char.IsAsciiLetter(previous) && before < start - 1)
            && (next is ',' or '\n' or '\r' or ';' or ':' || next == '/');
        return new WordPlace(instruction, first, previous == '(' && next == ')', isWhole);
    }

    private string Operand(string word, WordPlace place, string code, AssemblyNames names)
    {
        if (Reserved.Contains(word) && !IsVariable(word, place, code))
        {
            if (place.IsShouted && char.IsAsciiLetterLower(word[0]) && Lookup(word) is LocalSymbol arrives)
                names.Loads[word] = arrives;
            return word;
        }
        if (word.Contains('.') && (FieldOperand(word, names) ?? ConstantOperand(word, names)) is { } part)
            return part;
        var symbol = Lookup(word);
        switch (symbol)
        {
            case LocalSymbol local:
                // One of a function around this one is reached from here.
                UseLocal(local, names.Span);
                local.IsPinned = true;
                break;
            case GlobalSymbol global:
                if (UseGlobal(global, default) is not BoundGlobal and var value &&
                    Folding.TryConstant(value, out var bits))
                    return bits.ToString();
                if (UseGlobal(global, default) is BoundUntyped untyped)
                    return untyped.Value.ToString();
                break;
            case ConstantSymbol { Value: BoundUntyped number }:
                return number.Value.ToString();
            case ConstantSymbol { Value: BoundLiteral literal }:
                return literal.Bits.ToString();
            case FunctionGroup { Functions: [var only], Generics: [] }:
                symbol = only;
                break;
            default:
                return SpectrumRom.Find(word) is { } routine && IsCode(place) && !HasLabel(code, word)
                    ? routine.Address.ToString() : word;
        }
        var name = Reserved.Contains(word) && !place.InParentheses ? word + "_variable" : word;
        if (names.Bindings.All(b => b.Name != name))
            names.Bindings.Add((name, symbol));
        // A byte is no value for a pair: that is its address.
        return place.LoadsPair && symbol is LocalSymbol { Type.Bits: 8 } or GlobalSymbol { Type.Bits: 8 }
            ? name + "+0" : name;
    }

    /// <summary>True where a word that could be a register can only be a variable.</summary>
    private bool IsVariable(string word, WordPlace place, string code)
    {
        // Only pairs address memory, and C a port; so `(a)` can only be a variable.
        if (place.InParentheses)
            return !Pointers.Contains(word)
                && !(word is "c" or "C" && place.Instruction.ToLowerInvariant() is "in" or "out");
        if (Lookup(word) is not LocalSymbol and not GlobalSymbol)
            return false;
        // Variables are called i and r more often than anybody means those registers; `(r)` elsewhere tells them apart.
        if (word is "i" or "r" && Lookup(word) is LocalSymbol)
            return place.IsWhole && !code.Contains($"({word})", StringComparison.Ordinal);
        // There is a load for each variable; for other instructions it goes to the register of its name.
        return place.LoadsPair ? !Registers16OfAssembly.Contains(word)
            : place is { IsShouted: true, Instruction: "LD" } && char.IsAsciiLetterLower(word[0]);
    }

    private static bool IsCode(WordPlace place) => place.Instruction.ToLowerInvariant() is "call" or "jp" or "rst";

    private static bool HasLabel(string code, string word) =>
        Regex.IsMatch(code, $@"(^|\n|:)[ \t]*{word}\b[ \t]*(:|equ\b|=|\r?\n)", RegexOptions.IgnoreCase);
}
