using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Types as programs spell them.</summary>
internal static class TypeNames
{
    /// <summary>The spelling of a type: <c>u8?</c> and <c>u8 ? E</c> where MIR has enums.</summary>
    public static string Of(MirType type) => type switch
    {
        EnumType { Variants: [{ Name: "none" }, { Name: "some", Payload: [var some] }] } e
            when e.Name.StartsWith("option.", StringComparison.Ordinal) => Of(some) + "?",
        EnumType { Variants: [{ Name: "ok", Payload: var ok }, { Name: "error", Payload: [var error] }] } e
            when e.Name.StartsWith("result.", StringComparison.Ordinal) =>
                $"{(ok is [var v] ? Of(v) : "()")} ? {Of(error)}",
        ArrayType a => $"[{Of(a.Element)}; {a.Length}]",
        SliceType s => $"[]{Of(s.Element)}",
        PointerType p => $"*{Of(p.Element)}",
        ReferenceType r => (r.ToString()!.StartsWith("&mut", StringComparison.Ordinal) ? "&mut " : "&") + Of(r.Element),
        TupleType t => $"({string.Join(", ", t.Items.Select(Of))})",
        FunctionType f => $"fn({string.Join(", ", f.Parameters.Select(Of))})" + (f.Result.IsVoid() ? ""
            : $" -> {Of(f.Result)}"),
        ChannelType c => $"chan<{Of(c.Element)}>",
        TypeDefinition { DisplayName: { } shown } => shown,
        _ => type.ToString()!,
    };
}
