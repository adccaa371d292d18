using System.Collections.Immutable;

namespace MinZ.Mir;

/// <summary>A case of <c>chan.select</c>.</summary>
public enum SelectCase : byte
{
    /// <summary>(channel, reference): receives into the place the reference refers to.</summary>
    Receive = 1,
    /// <summary>(channel, value): sends.</summary>
    Send,
    /// <summary>(channel): the channel is closed and empty.</summary>
    Closed,
    /// <summary>(milliseconds, u32): nothing else became ready for so long.</summary>
    Timeout,
    /// <summary>Nothing else is ready now.</summary>
    Default,
    /// <summary>(channel, address of the value): sends. Lowered modules only.</summary>
    SendFrom,
}

/// <summary>
/// The cases of a <c>chan.select</c>, which are the instruction's <see cref="Instruction.Bits"/>: three bits each, the
/// first one lowest. Its operands are the operands of the cases in order.
/// </summary>
public static class SelectCases
{
    private const int Width = 3;

    /// <summary>Most cases an instruction can have.</summary>
    public const int Limit = 20;

    private static readonly string[] Names = ["", "receive", "send", "closed", "timeout", "default", "send.from"];

    /// <summary>Name of a case in text.</summary>
    public static string NameOf(SelectCase kind) => Names[(int)kind];

    /// <summary>Finds a case by its name in text.</summary>
    public static bool TryGet(string name, out SelectCase kind)
    {
        kind = (SelectCase)Math.Max(0, Array.IndexOf(Names, name));
        return kind != 0;
    }

    /// <summary>Number of operands of a case.</summary>
    public static int OperandsOf(SelectCase kind) => kind switch
    {
        SelectCase.Receive or SelectCase.Send or SelectCase.SendFrom => 2,
        SelectCase.Closed or SelectCase.Timeout => 1,
        SelectCase.Default => 0,
    };

    /// <summary>Cases as <see cref="Instruction.Bits"/>; at most <see cref="Limit"/>.</summary>
    public static long Encode(IReadOnlyList<SelectCase> cases)
    {
        if (cases.Count > Limit)
            throw new ArgumentException($"a select has {cases.Count} cases, the most is {Limit}", nameof(cases));
        var bits = 0L;
        for (var n = cases.Count - 1; n >= 0; n--)
            bits = bits << Width | (long)cases[n];
        return bits;
    }

    /// <summary>The cases of an instruction; default (no array) when the bits are no list of cases.</summary>
    public static ImmutableArray<SelectCase> Decode(long bits)
    {
        var cases = ImmutableArray.CreateBuilder<SelectCase>();
        for (; bits != 0; bits = (long)((ulong)bits >> Width))
        {
            var kind = (SelectCase)(bits & (1 << Width) - 1);
            if (kind is < SelectCase.Receive or > SelectCase.SendFrom || cases.Count == Limit)
                return default;
            cases.Add(kind);
        }
        return cases.ToImmutable();
    }

    /// <summary>Number of operands of all cases; -1 when the bits are no list of cases.</summary>
    public static int OperandCount(long bits) =>
        Decode(bits) is { IsDefault: false } cases ? cases.Sum(OperandsOf) : -1;

    /// <summary>
    /// The case that an operand belongs to, and which of its operands it is; false when there is none.
    /// </summary>
    public static bool TryFind(long bits, int operand, out SelectCase kind, out int part)
    {
        (kind, part) = (0, 0);
        if (Decode(bits) is not { IsDefault: false } cases)
            return false;
        foreach (var c in cases)
        {
            if (operand < OperandsOf(c))
            {
                (kind, part) = (c, operand);
                return true;
            }
            operand -= OperandsOf(c);
        }
        return false;
    }

    /// <summary>Type an operand must have; null where several are allowed.</summary>
    internal static MirType? Operand(in OpInput i, int index)
    {
        if (!TryFind(i.Bits, index, out var kind, out var part))
            return null;
        var element = part == 1 && i[index - 1] is ChannelType c ? c.Element : null;
        return kind switch
        {
            SelectCase.Receive => element is null ? null : new ReferenceType(element, true),
            SelectCase.Send => element,
            SelectCase.Timeout => MirType.U32,
            SelectCase.Closed or SelectCase.Default or SelectCase.SendFrom => null,
        };
    }
}
