using System.Collections.Immutable;
using MinZ.Backends.Z80.Codegen;
using MinZ.Mir;

namespace MinZ.Backends.Z80.Runtime;

/// <summary>The routines the code generator may call; a program holds those it uses.</summary>
internal static partial class RuntimeLibrary
{
    /// <summary>Calls the code at IX.</summary>
    public static readonly Routine CallIX = new() { Label = "__call_ix", Text = " jp (ix)" };

    /// <summary>Copies BC bytes from HL to DE as if through a buffer.</summary>
    public static readonly Routine MoveMemory = new()
    {
        Label = "__move", Inputs = [RegSeq.HL, RegSeq.DE, RegSeq.BC], TypicalTime = 400, Text = """
             ld a,b
             or c
             ret z
             and a
             sbc hl,de
             add hl,de
             jr c,.down
             ldir
             ret
            .down:
             add hl,bc
             dec hl
             ex de,hl
             add hl,bc
             dec hl
             ex de,hl
             lddr
             ret
            """,
    };

    /// <summary>Sets BC bytes from HL on to A.</summary>
    public static readonly Routine FillMemory = new()
    {
        Label = "__fill", Inputs = [RegSeq.HL, RegSeq.A, RegSeq.BC], TypicalTime = 400, Text = """
             ld e,a
             ld a,b
             or c
             ret z
             ld (hl),e
             dec bc
             ld a,b
             or c
             ret z
             ld d,h
             ld e,l
             inc de
             ldir
             ret
            """,
    };

    /// <summary>Compares the strings HL and DE by bytes: A = -1, 0, 1.</summary>
    public static readonly Routine CompareStrings = new()
    {
        Label = "__compare", Inputs = [RegSeq.HL, RegSeq.DE], Outputs = [RegSeq.A], TypicalTime = 400, Text = """
             push ix
             ld c,(hl)
             inc hl
             ld b,(hl)
             inc hl
             push bc
             ex de,hl
             ld c,(hl)
             inc hl
             ld b,(hl)
             inc hl
             pop ix
             ex de,hl
            .next:
             ld a,ixl
             or ixh
             jr z,.first
             ld a,b
             or c
             jr z,.more
             ld a,(de)
             cp (hl)
             jr c,.more
             jr nz,.less
             inc hl
             inc de
             dec bc
             dec ix
             jr .next
            .first:
             ld a,b
             or c
             jr z,.done
            .less:
             ld a,-1
             jr .done
            .more:
             ld a,1
            .done:
             pop ix
             ret
            """,
        Preserves = RegSeq.IX.Mask,
    };

    /// <summary>Runtime functions that are routines here, by their names in compiler/MinZ.Backends/Runtime.</summary>
    public static ImmutableDictionary<string, Routine> Natives => field ??= new Dictionary<string, Routine>
    {
        ["f32_add"] = AddFloat, ["f32_sub"] = SubtractFloat, ["f32_mul"] = MultiplyFloat, ["f32_div"] = DivideFloat,
        ["f64_product"] = MultiplySignificands, ["f64_quotient"] = DivideSignificands, ["u64_product"] = MultiplyWide,
        ["thread_self"] = ThreadSelf, ["thread_clock"] = ThreadClock, ["thread_frame"] = ThreadFrame,
        ["thread_stuck"] = ThreadStuck, ["thread_place"] = ThreadPlace,
        ["thread_null"] = TrapOf(TrapCode.NullReference),
    }.ToImmutableDictionary();
}
