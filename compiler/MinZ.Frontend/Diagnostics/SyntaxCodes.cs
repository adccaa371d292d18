namespace MinZ.Frontend.Diagnostics;

/// <summary>MZ0001-MZ0199: characters, tokens and grammar.</summary>
public static class SyntaxCodes
{
    private static readonly CodeTable Table = new(1, 199);

#pragma warning disable CS1591 // each entry says itself what it is
    public static readonly DiagnosticCode InvalidCharacter = Table.Error(1, "A character that MinZ does not use",
        "Outside strings and comments MinZ source consists of ASCII letters, digits and signs. Names may not hold "
        + "letters with accents or of other alphabets. Text copied from a web page or a word processor may hold "
        + "typographic quotes or dashes instead of \" and -.");

    public static readonly DiagnosticCode InvalidUtf8 = Table.Error(2, "The file is not UTF-8",
        "Source files are UTF-8, with or without a byte-order mark. Save the file as UTF-8 in your editor; bytes for "
        + "other character sets can be written as \\xNN in strings.");

    public static readonly DiagnosticCode UnterminatedComment = Table.Error(3, "A comment is not closed",
        "A comment that begins with /* ends at the next */. Comments do not nest.");

    public static readonly DiagnosticCode UnterminatedString = Table.Error(4, "A string is not closed",
        "A string ends with a quotation mark on the same line; only the text of asm(\"…\") may span lines. Write "
        + "\\\" for a quotation mark inside a string and \\n for a new line.");

    public static readonly DiagnosticCode UnterminatedCharacter = Table.Error(5, "A character literal is not closed",
        "A character is written between two apostrophes, such as 'a' or '\\n'. Text of more than one character is a "
        + "string and takes quotation marks.");

    public static readonly DiagnosticCode BadCharacterLiteral = Table.Error(6, "Not exactly one character",
        "Between the apostrophes of a character literal stands one character or one escape sequence.");

    public static readonly DiagnosticCode UnknownEscape = Table.Warning(7, "Unknown escape sequence",
        "Known are \\n \\t \\r \\0 \\\\ \\' \\\" \\{ \\} \\# and \\xNN. Before any other character "
        + "the backslash is ignored.");

    public static readonly DiagnosticCode InvalidHexEscape = Table.Error(8, "\\x needs two hexadecimal digits",
        "\\xNN is one byte given by two hexadecimal digits, such as \\x0D.");

    public static readonly DiagnosticCode InvalidNumber = Table.Error(9, "Malformed number",
        "Numbers are decimal (42), hexadecimal (0x2A), binary (0b101010) or decimal fractions (3.14); _ may separate "
        + "digits. The forms $2A and #2A are for assembly only. Types are not written as a suffix: use 'as u16'.");

    public static readonly DiagnosticCode NumberTooLarge = Table.Error(10, "The number does not fit 64 bits",
        "The largest whole number is 18446744073709551615 (0xFFFFFFFFFFFFFFFF).");

    public static readonly DiagnosticCode UnterminatedRawText = Table.Error(11, "A raw block is not closed",
        "The text of asm, mir, @lua, @minz and @define goes on to the bracket that matches the opening one: } for {, "
        + "]]] for [[[. Inside assembly, braces in strings and in comments do not count.");

    public static readonly DiagnosticCode ExpectedToken = Table.Error(20, "A token is missing",
        "The grammar requires a certain sign or word here. The compiler went on as if it were there, so later errors "
        + "are real ones.");

    public static readonly DiagnosticCode ExpectedExpression = Table.Error(21, "An expression is missing",
        "Here a value is required: a literal, a name, a call, a parenthesised expression and so on.");

    public static readonly DiagnosticCode ExpectedType = Table.Error(22, "A type is missing",
        "Here a type is required: a name such as u8 or Point, [T; N], []T, *T, &T, (A, B), fn(A) -> R, T?.");

    public static readonly DiagnosticCode ExpectedPattern = Table.Error(23, "A pattern is missing",
        "Here a pattern is required: a literal, a range a..b, a name, E.Variant(x), (a, b), _ or several with |.");

    public static readonly DiagnosticCode ExpectedName = Table.Error(24, "A name is missing",
        "Names begin with a letter or _ and go on with letters, digits and _. Reserved words cannot be names, except "
        + "after a dot.");

    public static readonly DiagnosticCode ExpectedDeclaration = Table.Error(25, "A declaration is missing",
        "At the top of a file stand functions, types, constants, global variables, imports, tests and metafunctions; "
        + "statements belong into a function.");

    public static readonly DiagnosticCode ExpectedMember = Table.Error(26, "A member is missing",
        "Inside an interface or impl stand functions; inside an actor functions and variables; inside a struct fields "
        + "and functions.");

    public static readonly DiagnosticCode ExpectedTerminator = Table.Error(27, "A statement is not ended",
        "A statement ends with a ';' or with its line. A line that begins with an operator that is no prefix (+ / == "
        + "&& . …) continues the one before; a line that begins with * & - | ( or [ starts a new statement.");

    public static readonly DiagnosticCode UnmatchedClose = Table.Error(28, "A closing bracket without an opening one",
        "Each ), ] and } closes the nearest bracket of its kind that is still open. Here none is.");

    public static readonly DiagnosticCode UnclosedBracket = Table.Error(29, "A bracket is not closed",
        "The bracket opened at the second place has no closing counterpart. When a '}' is missing somewhere, the "
        + "compiler assumes that it is before the next declaration that begins in the first column.");

    public static readonly DiagnosticCode NestingTooDeep = Table.Error(30, "Nested too deeply",
        "Expressions, types, patterns and statements can be nested a few hundred levels deep, and a chain of operators "
        + "can be a thousand long. Name parts of it with let. What follows in the file was not read.");

    public static readonly DiagnosticCode CStyleVariable = Table.Warning(31, "The type stands before the name",
        "'let u16 a = 1' is accepted for old programs; write 'let a: u16 = 1'.");

    public static readonly DiagnosticCode AttributeWithoutDeclaration = Table.Error(32, "An attribute marks nothing",
        "An attribute such as @inline or @abi(\"…\") stands before the declaration it is about.");

    public static readonly DiagnosticCode ModifierNotAllowed = Table.Error(33, "A modifier does not fit here",
        "pub, export, extern and static go before functions, types, constants and variables only.");

    public static readonly DiagnosticCode UnclosedHole = Table.Error(34, "A brace in a format string is not closed",
        "In the text of @print and its relatives {} takes the next argument and {e} prints an expression. Write {{ and "
        + "}} for the braces themselves.");

    public static readonly DiagnosticCode ForeignSyntax = Table.Error(35, "Syntax of another language",
        "The compiler recognised a form that MinZ spells differently; the hint says how.");

    public static readonly DiagnosticCode BadHole = Table.Error(36, "Unexpected text in a hole of a format string",
        "A hole is {}, {expression} or {expression:specification}, such as {n:x} for hexadecimal. Write "
        + "{{ for a brace.");
    public static readonly DiagnosticCode UnknownWord = Table.Error(37, "A misspelled word",
        "A statement or declaration begins with a word that is no reserved word, followed by what no name can be "
        + "followed by. The compiler went on as if the nearest reserved word stood there.");
#pragma warning restore CS1591

    /// <summary>All codes of the theme.</summary>
    public static IReadOnlyList<DiagnosticCode> All => Table.All;
}
