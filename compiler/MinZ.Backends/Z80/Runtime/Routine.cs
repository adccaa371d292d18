using System.Collections.Immutable;
using MinZ.Backends.Z80.Assembly;
using MinZ.Backends.Z80.Codegen;

namespace MinZ.Backends.Z80.Runtime;

/// <summary>A routine of the runtime library: its code as text and how it is called.</summary>
internal sealed class Routine
{
    private static readonly int[][] GivenOrder = [[0, 1, 2, 3]];
    private static readonly int[][] BothOrders = [[0, 1], [1, 0]];

    public required string Label { get; init; }

    /// <summary>Registers of the operands.</summary>
    public ImmutableArray<RegSeq> Inputs { get; init; } = [];

    /// <summary>Registers of the results.</summary>
    public ImmutableArray<RegSeq> Outputs { get; init; } = [];

    /// <summary>True when the two operands may be exchanged.</summary>
    public bool Commutes { get; init; }

    /// <summary>Assembly text, without the entry label.</summary>
    public required string Text { get; init; }

    /// <summary>Names the routines it needs; asked late, since they may be defined further down.</summary>
    public Func<ImmutableArray<Routine>> Needs { get; init; } = () => [];

    /// <summary>Routines it needs.</summary>
    public ImmutableArray<Routine> Uses => Needs();

    /// <summary>T-states of a usual call besides CALL, for choosing between it and other code.</summary>
    public int TypicalTime { get; init; }

    /// <summary>Orders of the operands to try.</summary>
    public int[][] Orders => Commutes ? BothOrders : GivenOrder;

    /// <summary>The items of its code, the entry label first. Labels that begin with a dot are its own.</summary>
    public ImmutableArray<Item> Items => field.IsDefault ? field = Parse() : field;

    /// <summary>Byte registers that do not survive it.</summary>
    public int Clobbers
    {
        get
        {
            if (field >= 0)
                return field;
            var mask = 0;
            foreach (var item in Items)
                if (item is Instruction { Form: { } form })
                    mask |= (int)form.Defs & ByteRegs.All;
            foreach (var used in Uses)
                mask |= used.Clobbers;
            return field = Preserves == 0 ? mask : mask & ~Preserves;
        }
    } = -1;

    /// <summary>True when it works with the shadow registers too.</summary>
    public bool UsesShadows => Items.Any(i => i is Instruction { Mnemonic: Mnemonic.Exx }
        or Instruction { Mnemonic: Mnemonic.Ex, Second.Kind: OperandKind.AFAlt });

    /// <summary>True when it keeps something in memory of its own while it works.</summary>
    public bool KeepsState =>
        Text.Contains("ld (__", StringComparison.Ordinal) || Text.Contains("ld (.", StringComparison.Ordinal);

    /// <summary>Byte registers it changes and puts back.</summary>
    public int Preserves { get; init; }

    private ImmutableArray<Item> Parse()
    {
        var result = AsmParser.Parse(Label + ":\n" + Text);
        return result.Errors.IsEmpty ? [.. result.Items.Select(i => i with { Position = default })]
            : throw new InvalidOperationException($"routine {Label}: {result.Errors[0].Message}");
    }

    public override string ToString() => Label;
}
