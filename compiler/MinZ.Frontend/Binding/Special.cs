using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Types that exist while binding only; none of them reaches MIR.</summary>
internal static class Special
{
    /// <summary>Type of what is wrong; everything converts to and from it silently.</summary>
    public static readonly MirType Error = new StructType("(unknown)");

    /// <summary>Type of an expression that never yields: <c>return</c>, <c>break</c>, a trap.</summary>
    public static readonly MirType Never = new StructType("(never)");

    /// <summary>Type of whole-number literals.</summary>
    public static readonly MirType UntypedInt = new StructType("a number");

    /// <summary>Type of fraction literals.</summary>
    public static readonly MirType UntypedFraction = new StructType("a fraction");

    /// <summary>Type of <c>null</c>.</summary>
    public static readonly MirType Null = new StructType("null");

    /// <summary>Type of a lambda whose parameters have none yet.</summary>
    public static readonly MirType Lambda = new StructType("a lambda");

    public static bool IsError(this MirType type) => ReferenceEquals(type, Error);

    public static bool IsNever(this MirType type) => ReferenceEquals(type, Never);

    public static bool IsUntyped(this MirType type) =>
        ReferenceEquals(type, UntypedInt) || ReferenceEquals(type, UntypedFraction);

    public static bool IsVoid(this MirType type) => type.Kind == TypeKind.Void;

    /// <summary>True for an enum that is nothing but its tag.</summary>
    public static bool IsPlainEnum(this MirType type) => type is EnumType { HasPayload: false };

    /// <summary>The type as messages show it.</summary>
    public static string Show(this MirType type) =>
        type.IsUntyped() || ReferenceEquals(type, Null) ? type.ToString()! : $"`{TypeNames.Of(type)}`";
}
