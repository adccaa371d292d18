namespace MinZ.Frontend.Syntax;

/// <summary>What a parser does with a word of another language after the error at it.</summary>
internal enum ForeignAction
{
    /// <summary>Reads on as if the MinZ word stood there.</summary>
    Replace,

    /// <summary>Leaves out the word alone.</summary>
    Drop,

    /// <summary>Leaves out the statement, with its block.</summary>
    SkipStatement,
}

/// <summary>A word that other languages have and MinZ spells differently.</summary>
/// <param name="Instead">What to write, for the hint.</param>
/// <param name="Action">How the parser goes on.</param>
/// <param name="Kind">The MinZ word, where there is one.</param>
internal sealed record ForeignWord(string Instead, ForeignAction Action, TokenKind Kind = TokenKind.Bad);

/// <summary>Words of other languages, and the reserved words that a misspelled one may mean.</summary>
internal static class ForeignWords
{
    /// <summary>What to do where other languages leave an outer loop by its name.</summary>
    public const string InsteadOfLabels = "put the loops into a function and leave it by 'return'";

    private const string BlockEnd = "a block is written '{ … }' and ends with '}'";

    /// <summary>Words at the beginning of a statement.</summary>
    public static ForeignWord? Statement(string word) => word switch
    {
        "switch" => new("write 'match value { pattern => … }'", ForeignAction.SkipStatement),
        "foreach" => new("write 'for x in list { … }'", ForeignAction.Replace, TokenKind.For),
        "elif" or "elsif" or "elseif" => new("write 'else if' behind the '}' of an 'if'", ForeignAction.SkipStatement),
        "unless" => new("write 'if !condition { … }'", ForeignAction.Replace, TokenKind.If),
        "until" => new("write 'while !condition { … }'", ForeignAction.Replace, TokenKind.While),
        "forever" => new("write 'loop { … }'", ForeignAction.Replace, TokenKind.Loop),
        "repeat" => new("write 'loop { … if condition { break } }', or 'do 10 times { … }'",
            ForeignAction.SkipStatement),
        "goto" or "gosub" or "GOTO" or "GOSUB" =>
            new("there are no jumps: use loops and functions", ForeignAction.SkipStatement),
        "dim" or "DIM" or "Dim" => new("write 'let name: type'", ForeignAction.Replace, TokenKind.Let),
        "local" or "auto" or "final" or "val" or "my" => new("write 'let'", ForeignAction.Replace, TokenKind.Let),
        "go" => new("write 'spawn f()'", ForeignAction.Drop),
        "async" => new("any function can be started as a thread: 'spawn f()'", ForeignAction.Drop),
        "await" => new("write the call alone: it waits", ForeignAction.Drop),
        "raise" => new("write 'throw E.X'", ForeignAction.SkipStatement),
        "catch" or "except" or "rescue" or "finally" =>
            new("write 'try { … } catch e { … }'", ForeignAction.SkipStatement),
        "delete" or "free" or "del" => new("memory that nobody uses is freed by itself", ForeignAction.SkipStatement),
        "begin" or "end" or "endif" or "wend" or "next" or "fi" or "done" or "endwhile" or "endfor" or "END"
            or "NEXT" => new(BlockEnd, ForeignAction.SkipStatement),
        "LET" => new("write 'let name = value'", ForeignAction.Replace, TokenKind.Let),
        "IF" => new("write 'if condition { … }'", ForeignAction.Replace, TokenKind.If),
        "FOR" => new("write 'for i in 1..=10 { … }'", ForeignAction.SkipStatement),
        "PRINT" or "Print" or "echo" or "puts" or "printf" => new("write 'print(…)'", ForeignAction.SkipStatement),
        "with" or "lock" or "synchronized" => new("write the statements alone; 'defer' ends what must be ended",
            ForeignAction.SkipStatement),
        "pass" => new("an empty block is '{ }'", ForeignAction.SkipStatement),
        "guard" => new("write 'if !condition { return }'", ForeignAction.SkipStatement),
        "def" or "func" or "function" or "sub" => new(
            "write 'fn name(x: type) -> type { … }', or '{ … }' to run it at once", ForeignAction.SkipStatement),
        _ => null,
    };

    /// <summary>Words at the beginning of a declaration.</summary>
    public static ForeignWord? Declaration(string word) => word switch
    {
        "trait" or "protocol" => new("write 'interface'", ForeignAction.Replace, TokenKind.Interface),
        "error" or "exception" => new("write 'enum'", ForeignAction.Replace, TokenKind.Enum),
        "record" or "union" => new("write 'struct'", ForeignAction.Replace, TokenKind.Struct),
        "use" or "using" or "include" or "require" => new("write 'import name'", ForeignAction.Replace,
            TokenKind.Import),
        "from" => new("write 'import zx.screen', then 'screen.clear(…)'", ForeignAction.SkipStatement),
        "package" or "namespace" => new("write 'module name'", ForeignAction.Replace, TokenKind.Module),
        "typedef" or "using_type" => new("write 'type Name = …'", ForeignAction.SkipStatement),
        "sub" or "proc" or "procedure" or "SUB" => new("write 'fn name(x: type) -> type { … }'",
            ForeignAction.Replace, TokenKind.Fn),
        "public" => new("write 'pub'", ForeignAction.Replace, TokenKind.Pub),
        "private" or "protected" or "internal" => new("leave it out: without 'pub' a declaration is private",
            ForeignAction.Drop),
        "async" => new("any function can be started as a thread: 'spawn f()'", ForeignAction.Drop),
        "inline" => new("write '@inline' before the function", ForeignAction.Drop),
        "override" or "virtual" or "abstract" or "final" or "unsafe" => new("leave it out", ForeignAction.Drop),
        "begin" or "end" or "END" => new(BlockEnd, ForeignAction.SkipStatement),
        "unsigned" or "signed" or "register" => new("write 'global name: u16 = value'", ForeignAction.SkipStatement),
        "volatile" => new("write 'global name: u8 at 0x5C00': every access to such a variable happens",
            ForeignAction.SkipStatement),
        "macro_rules" => new(
            "write a function, or a template '@define(a)[[[ … {0} … ]]]'", ForeignAction.SkipStatement),
        "mod" => new("write 'module name' at the top of a file of its own", ForeignAction.SkipStatement),
        "dim" or "DIM" => new("write 'global name: type = value'", ForeignAction.Replace, TokenKind.Global),
        _ => null,
    };

    /// <summary>Operators that other languages write as words.</summary>
    public static (string Spelling, TokenKind Kind)? Operator(ReadOnlySpan<char> word) => word switch
    {
        "mod" or "MOD" => ("%", TokenKind.Percent),
        "div" or "DIV" => ("/", TokenKind.Slash),
        "xor" or "XOR" => ("^", TokenKind.Caret),
        "AND" or "And" => ("&&", TokenKind.AmpersandAmpersand),
        "OR" or "Or" => ("||", TokenKind.PipePipe),
        "eq" => ("==", TokenKind.EqualEqual),
        "orelse" or "catch" => ("??", TokenKind.QuestionQuestion),
        "ne" => ("!=", TokenKind.BangEqual),
        "shl" => ("<<", TokenKind.LessLess),
        _ => null,
    };

    /// <summary>Reserved words that statements begin with.</summary>
    public static readonly string[] StatementWords =
    [
        "let", "var", "const", "return", "while", "for", "if", "loop", "match", "defer", "global", "static", "struct",
        "enum", "continue", "break", "else",
    ];

    /// <summary>Reserved words that declarations begin with.</summary>
    public static readonly string[] DeclarationWords =
    [
        "fn", "fun", "struct", "enum", "interface", "impl", "import", "module", "const", "global", "let", "var", "type",
        "pub", "public", "extern", "static", "export", "function", "func", "asm",
    ];

    /// <summary>Words of other languages before members of a class.</summary>
    public static string? BeforeMember(string word) => word switch
    {
        "public" => "write 'pub'",
        "private" or "protected" or "internal" or "readonly" or "final" or "virtual" or "override" or "abstract"
            or "required" or "volatile" => "leave it out",
        _ => null,
    };

    /// <summary>Whether a word names a type of MinZ or of another language that nobody calls a variable.</summary>
    public static bool IsBuiltInType(string word) => IsTypeName(word) && !char.IsAsciiLetterUpper(word[0])
        || word is "String" or "usize" or "isize" or "i128" or "u128" or "float64" or "float32" or "int8" or "int16"
            or "int32" or "int64" or "uint8" or "uint16" or "uint32" or "uint64" or "rune" or "error" or "var" or "any";

    /// <summary>Instructions of the Z80 that nobody calls a variable.</summary>
    public static bool IsInstruction(string word) => word.ToLowerInvariant() is "ld" or "ldir" or "push" or "pop"
        or "inc" or "dec" or "adc" or "sbc" or "jp" or "jr" or "djnz" or "call" or "rst" or "exx" or "cp" or "srl"
        or "sla" or "bit";

    /// <summary>Names of types in other languages that may stand before a variable's name.</summary>
    public static bool IsTypeName(string word) =>
        word is "int" or "uint" or "char" or "byte" or "word" or "long" or "short"
        or "float" or "double" or "string" or "str" or "bool" or "boolean" or "void" or "unsigned" or "signed"
        or "size_t" or "String" || word.Length > 1 && word[0] is 'u' or 'i' or 'f'
            && word.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0
        || word.EndsWith("_t", StringComparison.Ordinal) || char.IsAsciiLetterUpper(word[0]);
}
