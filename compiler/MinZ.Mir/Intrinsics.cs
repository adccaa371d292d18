using System.Collections.Immutable;

namespace MinZ.Mir;

/// <summary>Services every target provides, called as <c>call @name</c>.</summary>
public enum Intrinsic : byte
{
    Print, PrintLine, PrintChar, PrintHex, PrintText, Exit,
    Sqrt, Sin, Cos, Floor, Ceil, Round,
}

/// <summary>A row of <see cref="Intrinsics"/>.</summary>
/// <param name="Intrinsic">The service.</param>
/// <param name="Name">Name in text, without <c>@</c>.</param>
/// <param name="Parameters">Parameter types; null stands for any numeric type, C-like enum or str.</param>
/// <param name="Result">Result type; null = same as the first operand; <see cref="MirType.Void"/> = none.</param>
/// <param name="Effects">What it may do.</param>
/// <param name="Doc">Its meaning in one line.</param>
public sealed record IntrinsicInfo(Intrinsic Intrinsic, string Name, ImmutableArray<MirType?> Parameters,
    MirType? Result, Effects Effects, string Doc);

/// <summary>
/// The one table of intrinsics. Text written to the console: integers in decimal, bool as true/false, floats as the
/// shortest digits that read back the same with at least one decimal, fixed point as a decimal fraction, strings as
/// their bytes.
/// </summary>
public static class Intrinsics
{
    private static readonly IntrinsicInfo[] Table =
    [
        new(Intrinsic.Print, "print", [null], MirType.Void, Effects.Writes, "writes a value and a newline"),
        new(Intrinsic.PrintLine, "print.line", [], MirType.Void, Effects.Writes, "writes a newline"),
        new(Intrinsic.PrintChar, "print.char", [MirType.U8], MirType.Void, Effects.Writes,
            "writes one byte as a character"),
        new(Intrinsic.PrintHex, "print.hex", [null], MirType.Void, Effects.Writes,
            "writes an integer in hexadecimal, upper case, all digits of its width"),
        new(Intrinsic.PrintText, "print.text", [null], MirType.Void, Effects.Writes, "writes a value without newline"),
        new(Intrinsic.Exit, "exit", [MirType.U8], MirType.Void, Effects.Everything,
            "ends the program with an exit code"),
        new(Intrinsic.Sqrt, "sqrt", [null], null, Effects.Pure, "square root of a float"),
        new(Intrinsic.Sin, "sin", [null], null, Effects.Pure, "sine of a float in radians; see Trigonometry.cs"),
        new(Intrinsic.Cos, "cos", [null], null, Effects.Pure, "cosine of a float in radians; see Trigonometry.cs"),
        new(Intrinsic.Floor, "floor", [null], null, Effects.Pure, "largest whole float not above"),
        new(Intrinsic.Ceil, "ceil", [null], null, Effects.Pure, "smallest whole float not below"),
        new(Intrinsic.Round, "round", [null], null, Effects.Pure, "nearest whole float, halves to even"),
    ];

    private static readonly Dictionary<string, IntrinsicInfo> ByName = Table.ToDictionary(r => r.Name);

    /// <summary>All rows, in the order of <see cref="Intrinsic"/>.</summary>
    public static ImmutableArray<IntrinsicInfo> All { get; } = [.. Table];

    /// <summary>The row of an intrinsic.</summary>
    public static IntrinsicInfo Info(this Intrinsic intrinsic) => Table[(int)intrinsic];

    /// <summary>Finds an intrinsic by its name in text.</summary>
    public static bool TryGet(string name, out IntrinsicInfo info) => ByName.TryGetValue(name, out info!);
}
