using System.Text;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Diagnostics;

/// <content>Lexical and syntax errors.</content>
public sealed partial class DiagnosticBag
{
#pragma warning disable CS1591 // each method reports the code of the same name
    public void InvalidCharacter(Location at, ReadOnlySpan<char> text, string? advice = null)
    {
        string? hint = text[0] switch
        {
            _ when advice is not null => advice,
            '“' or '”' or '„' => "strings are written between \" and \"",
            '‘' or '’' => "characters are written between ' and '",
            '–' or '—' or '−' => "minus is written -",
            '#' when text.SequenceEqual("#include") =>
                "a module is imported with 'import name'; what C declares in headers is built in",
            '#' when text.SequenceEqual("#define") => "a constant is declared with 'const NAME = value'",
            '#' when text.StartsWith("#if") || text.SequenceEqual("#endif") =>
                "code is chosen by '@if(condition) { … } else { … }', or '@target(\"z80\") { … }'",
            '#' when text.SequenceEqual("#pragma") => "there are no directives; attributes are written '@name'",
            '#' when text.EndsWith("[") => "attributes are written '@name' before a declaration, such as '@inline'",
            '$' when text is "$0" or "$1" => "a function value names its parameters: '|x| x + 1'",
            '$' or '#' when text.Length > 1 =>
                $"hexadecimal numbers are written 0x{text[1..]}; $ and # are for assembly",
            '$' => "names have no '$'",
            '#' => "a comment begins with //",
            '≤' => "write <=",
            '≥' => "write >=",
            '≠' => "write !=",
            '×' or '·' => "write *",
            '÷' => "write /",
            '→' => "write ->",
            '\\' => "a line is continued without a sign at its end",
            '`' => "strings are written between \" and \"",
            var c when char.IsLetter(c) => "names are written with a to z, digits and _",
            _ => null,
        };
        Report(SyntaxCodes.InvalidCharacter, at, $"unexpected character {Show(text)}", hint);
    }

    public void InvalidUtf8(Location? at, int offset) => Report(SyntaxCodes.InvalidUtf8, at,
        $"the byte at offset {offset} is not part of UTF-8 text", "save the file as UTF-8");

    public void UnterminatedComment(Location at) =>
        Report(SyntaxCodes.UnterminatedComment, at, "expected '*/', found the end of the file");

    public void UnterminatedString(Location at, bool goesOn) =>
        Report(SyntaxCodes.UnterminatedString, at, "expected '\"', found the end of the line",
            goesOn ? "a string ends on its line: write \\n for a new line, and join parts with +"
                : at.Source.ToString(at.Span).EndsWith("\\\"", StringComparison.Ordinal)
                ? "'\\\"' is a quotation mark in the string: write '\\\\' for a backslash"
                : at.Source.Slice(at.Span).TrimEnd() is [.., ')'] ? "add '\"' before ')'" : null);

    public void UnterminatedCharacter(Location at) => Report(SyntaxCodes.UnterminatedCharacter, at,
        "expected \"'\", found the end of the line", "a character is written 'a', text \"abc\"");

    public void BadCharacterLiteral(Location at, string what) => Report(SyntaxCodes.BadCharacterLiteral, at,
        $"expected one character, but the literal {what}", "text is written between \" and \"");

    public void UnknownEscape(Location at, Rune rune) => Report(SyntaxCodes.UnknownEscape, at,
        $"unknown escape sequence '\\{rune}' means '{rune}'",
        rune.Value switch
        {
            '(' => "a value in a string is written \"#{x}\"",
            'u' or 'U' or 'N' => "a byte is written '\\x41'; other characters stand in the text as they are",
            'e' => "write '\\x1B'",
            'a' => "write '\\x07'",
            'b' => "write '\\x08'",
            'v' => "write '\\x0B'",
            'f' => "write '\\x0C'",
            _ => $"write '{rune}', or '\\\\{rune}' for a backslash",
        });

    public void InvalidHexEscape(Location at) =>
        Report(SyntaxCodes.InvalidHexEscape, at, "expected two hexadecimal digits after '\\x'",
            at.Source.ToString(at.Span) is [.., 'x', var digit] ? $"write '\\x0{digit}'"
                : "one byte is written '\\x41'");

    public void InvalidNumber(Location at, ReadOnlySpan<char> text, int radix, char found)
    {
        string kind = radix switch { 2 => "binary", 16 => "hexadecimal", _ => "decimal" };
        string message = found == '\0' ? $"expected {kind} digits after '{text}'"
            : $"expected {kind} digits, found '{found}' in '{text}'";
        string all = text.ToString();
        string? hint = found is 'u' or 'i'
            ? $"a type is no suffix: write '{all[..all.IndexOf(found)].TrimEnd('_')} as {all[all.IndexOf(found)..]}'"
            : found is 'f' or 'F' or 'L' or 'd' or 'n' or 'U' && all.EndsWith(found) && radix == 10
                ? $"a type is no suffix: leave '{found}' out"
            : all[^1] is 'h' or 'H' ? $"hexadecimal numbers are written 0x{all[..^1].TrimStart('0').PadLeft(1, '0')}"
            : found is 'o' && all.Length > 2 && all.AsSpan(2).IndexOfAnyExceptInRange('0', '7') < 0
                ? $"there are no octal numbers: write {Convert.ToUInt64(all[2..], 8)}" : null;
        Report(SyntaxCodes.InvalidNumber, at, message, hint);
    }

    public void NumberTooLarge(Location at, ReadOnlySpan<char> text) =>
        Report(SyntaxCodes.NumberTooLarge, at, $"expected a number of at most 64 bits, found '{text}'");

    public void UnterminatedRawText(Location at, string close) =>
        Report(SyntaxCodes.UnterminatedRawText, at,
            $"expected '{close}' to close this block, found the end of the file");

    public void ExpectedToken(Location at, string expected, string found, string? hint = null) =>
        Report(SyntaxCodes.ExpectedToken, at, $"expected {expected}, found {found}", hint);

    public void ExpectedExpression(Location at, string found, string? hint = null) =>
        Report(SyntaxCodes.ExpectedExpression, at, $"expected an expression, found {found}", hint);

    public void ExpectedType(Location at, string found, string? hint = null) =>
        Report(SyntaxCodes.ExpectedType, at, $"expected a type, found {found}", hint);

    public void ExpectedPattern(Location at, string found, string? hint = null) =>
        Report(SyntaxCodes.ExpectedPattern, at, $"expected a pattern, found {found}", hint);

    public void ExpectedName(Location at, string what, string found, string? hint = null) =>
        Report(SyntaxCodes.ExpectedName, at, $"expected {what}, found {found}", hint);

    public void ExpectedDeclaration(Location at, string found, string? hint = null) =>
        Report(SyntaxCodes.ExpectedDeclaration, at, $"expected a declaration, found {found}", hint);

    public void SecondModule(Location at, Location first) => Report(SyntaxCodes.ExpectedDeclaration, at,
        "a file is one module, and its name was given", "remove one of both lines",
        new RelatedPlace(first, "given here"));

    public void ExpectedMember(Location at, string expected, string found, string? hint = null) =>
        Report(SyntaxCodes.ExpectedMember, at, $"expected {expected}, found {found}", hint);

    public void ExpectedTerminator(Location at, string found, string? hint = null) =>
        Report(SyntaxCodes.ExpectedTerminator, at, $"expected ';' or a new line, found {found}", hint);

    public void UnmatchedClose(Location at, string bracket) => Report(SyntaxCodes.UnmatchedClose, at,
        $"{bracket} closes nothing", "remove it, or add the opening bracket");

    public void UnclosedBracket(Location at, string expected, string found, Location opened) =>
        Report(SyntaxCodes.UnclosedBracket, at, $"expected {expected}, found {found}",
            $"add {expected}", new RelatedPlace(opened, "opened here"));

    public void NestingTooDeep(Location at, int limit) => Report(SyntaxCodes.NestingTooDeep, at,
        $"nested more than {limit} levels deep; the rest of the file was not read", "name parts of it with 'let'");

    public void CStyleVariable(Location at, string name, string type) => Report(SyntaxCodes.CStyleVariable, at,
        "the type stands before the name", $"write '{name}: {type}'");

    public void AttributeWithoutDeclaration(Location at, string name, string found) =>
        Report(SyntaxCodes.AttributeWithoutDeclaration, at,
            $"expected a declaration after the attribute '@{name}', found {found}");

    public void ModifierNotAllowed(Location at, string modifier, string found) =>
        Report(SyntaxCodes.ModifierNotAllowed, at, $"'{modifier}' does not fit before {found}", $"remove '{modifier}'");

    public void UnclosedHole(Location at) => Report(SyntaxCodes.UnclosedHole, at,
        "expected '}' to close this hole, found the end of the string", "write '{{' for a brace");

    public void BadHole(Location at, string found) => Report(SyntaxCodes.BadHole, at,
        $"expected the end of the hole, found {found}", "write '{{' for a brace");

    public void UnknownWord(Location at, string word, string? nearest) => Report(SyntaxCodes.UnknownWord, at,
        $"'{word}' begins no statement or declaration", nearest is null ? null : $"did you mean '{nearest}'?");

    public void ForeignSyntax(Location at, string found, string instead) =>
        Report(SyntaxCodes.ForeignSyntax, at, $"MinZ has no {found}", instead);
#pragma warning restore CS1591

    private static string Show(ReadOnlySpan<char> text) =>
        text.Length == 1 && text[0] is < ' ' or '\u007F' ? $"U+{(int)text[0]:X4}" : $"'{text}'";
}
