using System.Globalization;

namespace MinZ.Mir;

/// <summary>
/// A fault found in MIR text, in a <c>.mirb</c> file, while linking, or by the verifier. Errors of text have a line and
/// column in that text; errors of the verifier name function, block and instruction in the message and have the place
/// in the program's source where it is known.
/// </summary>
/// <param name="Code">1300 … 1399; one of <see cref="MirCodes"/>.</param>
/// <param name="Message">What is wrong, in one sentence without a full stop.</param>
/// <param name="Hint">What to do about it; null = nothing to add.</param>
/// <param name="Line">1-based line in the text read; 0 = does not apply.</param>
/// <param name="Column">1-based column in UTF-16 units; 0 = does not apply.</param>
/// <param name="Length">Characters concerned, from the column on.</param>
/// <param name="Location">Place in the program's source.</param>
/// <param name="File">Path of that source, where several modules are at hand, whose files count differently.</param>
public sealed record MirError(int Code, string Message, string? Hint = null, int Line = 0, int Column = 0,
    int Length = 0, SourceLocation Location = default, string? File = null)
{
    /// <summary>The code as users see it, such as <c>MZ1301</c>.</summary>
    public string Id => "MZ" + Code.ToString("0000", CultureInfo.InvariantCulture);

    public override string ToString()
    {
        var place = Line > 0 ? $"{Line}:{Column}: " : "";
        return $"{place}error {Id}: {Message}" + (Hint is null ? "" : $" ({Hint})");
    }
}

/// <summary>Codes of <see cref="MirError"/>.</summary>
public static class MirCodes
{
    /// <summary>Characters that form no token.</summary>
    public const int BadToken = 1300;
    /// <summary>Something else was expected here.</summary>
    public const int Expected = 1301;
    /// <summary>A name that is not declared.</summary>
    public const int UnknownName = 1302;
    /// <summary>A name declared twice.</summary>
    public const int DuplicateName = 1303;
    /// <summary>An operation or suffix that does not exist.</summary>
    public const int UnknownOp = 1304;
    /// <summary>A literal that does not fit its type, or has none.</summary>
    public const int BadLiteral = 1305;
    /// <summary>Operand types that cannot be worked out.</summary>
    public const int NoType = 1306;
    /// <summary>A field, variant or method that does not exist.</summary>
    public const int NoMember = 1307;
    /// <summary>A value used where its definition does not come first.</summary>
    public const int UsedBeforeDefined = 1308;
    /// <summary>Text beyond a limit of the reader.</summary>
    public const int Limit = 1309;
    /// <summary>The structure of a function or module is broken.</summary>
    public const int Structure = 1320;
    /// <summary>An operand, result or argument has the wrong type.</summary>
    public const int WrongType = 1321;
    /// <summary>A value is used where its definition does not dominate.</summary>
    public const int NotDominated = 1322;
    /// <summary>A place that does not exist.</summary>
    public const int BadPlace = 1323;
    /// <summary>A reference outlives the slot it refers to.</summary>
    public const int Escapes = 1324;
    /// <summary>An operation that is not legal at this stage or for this target.</summary>
    public const int IllegalOp = 1325;
    /// <summary>A declaration that contradicts itself or another one.</summary>
    public const int BadDeclaration = 1326;
    /// <summary>A file that is not <c>.mirb</c>, or of a version this reader does not know.</summary>
    public const int NotBinary = 1340;
    /// <summary>A damaged <c>.mirb</c> file.</summary>
    public const int Damaged = 1341;
    /// <summary>A <c>.mirb</c> file beyond the reader's limits.</summary>
    public const int BinaryLimit = 1342;
    /// <summary>Two modules declare the same name differently.</summary>
    public const int LinkClash = 1360;
    /// <summary>An extern function no module defines.</summary>
    public const int Unresolved = 1361;
}
