using System.Collections.Immutable;
using MinZ.Backends.Z80.Assembly;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>What the code of a whole program shares while it is emitted.</summary>
internal sealed class EmitContext
{
    private int _labels;

    /// <summary>Functions and routines that trap, by the label behind their call of the trap routine.</summary>
    public List<(string Label, TrapSite Site)> Traps { get; } = [];

    /// <summary>Runtime routines in use.</summary>
    public HashSet<Runtime.Routine> Routines { get; } = [];

    public string NewLabel() => $"_{++_labels}";
}

/// <summary>
/// Writes the code of one instruction for given places of its operands. Each operation is a list of alternatives: what
/// must be in which register, what is destroyed, where the result comes out. Operands are brought there, live registers
/// in the way are saved, the result is taken to its place, and the cheapest alternative in T-states and bytes wins.
/// Since it answers for any choice of places, the allocator asks it for the price of each.
/// </summary>
internal sealed partial class Emitter(LFunction function, EmitContext context)
{
    /// <summary>T-states one byte is worth in code that runs once per call of the function.</summary>
    private const double ByteWeight = 6;

    /// <summary>The price of what cannot be done.</summary>
    public const double Impossible = 1e12;

    private List<Item> _items = [];
    private double _time;
    private int _bytes;

    private LInst _inst = null!;
    private Loc[] _args = [];
    private Loc[] _outs = [];
    private Loc[] _locations = [];
    private int _live;
    private bool _isDry;

    private Loc Arg(int n) => _args[n];
    private Loc Out => _outs.Length > 0 ? _outs[0] : Loc.Nowhere;

    private double Score(double time, int bytes) => time * _inst.Frequency + bytes * ByteWeight;

    /// <summary>
    /// What an instruction costs with its operands in these places; <see cref="Impossible"/> when it cannot be.
    /// </summary>
    public double Price(LInst inst, Loc[] locations)
    {
        _isDry = true;
        var done = Start(inst, locations);
        return done ? Score(_time, _bytes) : Impossible;
    }

    /// <summary>Emits an instruction.</summary>
    /// <exception cref="InvalidOperationException">The allocator chose places that have no code.</exception>
    public List<Item> Emit(LInst inst, Loc[] locations)
    {
        _isDry = false;
        if (!Start(inst, locations))
            throw new InvalidOperationException($"no code for {inst} in {function.Label}");
        return _items;
    }

    private bool Start(LInst inst, Loc[] locations)
    {
        _locations = locations;
        _inst = inst;
        _items = [];
        _time = 0;
        _bytes = 0;
        _live = function.KeepsFramePointer ? RegSeq.IX.Mask : 0;
        foreach (var v in inst.LiveThrough)
            _live |= locations[v].Mask;
        _args = new Loc[inst.Args.Length];
        for (var i = 0; i < _args.Length; i++)
            _args[i] = inst.Args[i].IsConstant
                ? Loc.Constant(inst.Args[i].Constant!, inst.Args[i].Size)
                : locations[inst.Args[i].Register].Truncated(inst.Args[i].Size)!;
        _outs = new Loc[inst.Outs.Length];
        for (var i = 0; i < _outs.Length; i++)
            _outs[i] = locations[inst.Outs[i]];
        return Dispatch();
    }

    private bool Dispatch() => _inst.Op switch
    {
        LOp.Copy => Moves(_outs.Zip(_args), _live),
        LOp.Entry => EmitEntry(),
        LOp.Add => EmitAdd(),
        LOp.Sub => EmitSub(),
        LOp.AddByte => EmitAddByte(),
        LOp.OrByte => EmitOrByte(),
        LOp.JoinBytes => EmitJoinBytes(),
        LOp.And or LOp.Or or LOp.Xor => EmitLogic(),
        LOp.Neg => EmitNegate(),
        LOp.Not => EmitNot(),
        LOp.Shl or LOp.Shr or LOp.Sar or LOp.Rotl => EmitShift(),
        LOp.ZeroExtend => EmitZeroExtend(),
        LOp.SignExtend => EmitSignExtend(),
        LOp.Truncate => Moves([(Out, Arg(0))], _live),
        LOp.Load => EmitLoad(),
        LOp.Store => EmitStore(),
        LOp.Set => EmitSet(),
        LOp.Branch => EmitBranch(),
        LOp.DecrementBranch => EmitDecrementBranch(),
        LOp.Check => EmitCheck(),
        LOp.Jump => EmitJump(),
        LOp.Switch => EmitSwitch(),
        LOp.Return => EmitReturn(),
        LOp.TailCall => EmitTailCall(),
        LOp.Call => EmitCall(),
        LOp.CallIndirect => EmitCallIndirect(),
        LOp.Routine => EmitRoutine(),
        LOp.Trap => EmitTrap(),
        LOp.In => EmitIn(),
        LOp.Out => EmitOut(),
        LOp.Assembly => EmitAssembly(),
        LOp.CopyMemory => EmitCopyMemory(),
        LOp.FillMemory => EmitFillMemory(),
        LOp.FrameAddress => EmitFrameAddress(),
    };

    private void I(Instruction instruction)
    {
        var form = InstructionTable.Get(instruction);
        _time += (form.TStates + form.TStatesNotTaken) / 2.0;
        _bytes += form.Size;
        if (_isDry)
            return;
        if (!_inst.Position.IsNone)
            instruction = instruction with { Position = _inst.Position };
        _items.Add(_inst.IsVolatile ? instruction with { Comment = "volatile" } : instruction);
    }

    /// <summary>Adds T-states that the instructions alone do not show, or takes some off.</summary>
    private void Adjust(double time) => _time += time;

    private string Local() => _isDry ? "_" : context.NewLabel();

    private void At(string label) => _items.Add(new Label(label));

    /// <summary>Tries alternatives and keeps the cheapest one that works.</summary>
    private bool Best(params ReadOnlySpan<Func<bool>> alternatives)
    {
        var (items, time, bytes) = (_items, _time, _bytes);
        (List<Item> Items, double Time, int Bytes)? best = null;
        foreach (var alternative in alternatives)
        {
            (_items, _time, _bytes) = ([], 0, 0);
            if (alternative() && (best is not { } b || Score(_time, _bytes) < Score(b.Time, b.Bytes)))
                best = (_items, _time, _bytes);
        }
        (_items, _time, _bytes) = (items, time, bytes);
        if (best is not { } chosen)
            return false;
        _items.AddRange(chosen.Items);
        _time += chosen.Time;
        _bytes += chosen.Bytes;
        return true;
    }

    /// <summary>What an alternative asks of an operand.</summary>
    private enum Want : byte
    {
        /// <summary>To be in given registers.</summary>
        Fixed,
        /// <summary>To be in registers of a list.</summary>
        OneOf,
        /// <summary>As <see cref="OneOf"/>, or to be a constant.</summary>
        OneOfOrConstant,
        /// <summary>To stay wherever it is.</summary>
        AsIs,
    }

    private readonly record struct Need(Loc Source, Want Want, Loc? Target, ImmutableArray<RegSeq> Choice);

    private static Need In(Loc source, RegSeq seq) => new(source, Want.Fixed, Loc.Of(seq), []);
    private static Need In(Loc source, Loc target) => new(source, Want.Fixed, target, []);
    private static Need InPlain(Loc source) =>
        new(source, Want.OneOfOrConstant, null, RegSeq.Bytes8);
    private static Need InAny(Loc source) => new(source, Want.OneOf, null, RegSeq.OfSize(source.Size));
    private static Need InByte(Loc source) => new(source, Want.OneOf, null, RegSeq.Bytes8);
    private static Need InByteOrConstant(Loc source) =>
        new(source, Want.OneOfOrConstant, null, source.IsReg ? RegSeq.OfSize(1) : RegSeq.Bytes8);
    private static Need InOneOf(Loc source, params ReadOnlySpan<RegSeq> choice) =>
        new(source, Want.OneOf, null, [.. choice]);
    private static Need AsIs(Loc source) => new(source, Want.AsIs, null, []);

    /// <summary>Registers that neither live values nor the given set occupy.</summary>
    private RegSeq? FreeAmong(ImmutableArray<RegSeq> choice, int taken)
    {
        foreach (var s in choice)
            if ((s.Mask & (taken | _live)) == 0)
                return s;
        return null;
    }

    /// <summary>Where to compute a result that may go anywhere: its own registers, or free ones.</summary>
    private RegSeq? Direct(Loc destination, int size, int avoid, ImmutableArray<RegSeq> choice)
    {
        if (destination.IsReg && choice.Contains(destination.Seq!) && (destination.Mask & avoid) == 0)
            return destination.Seq;
        return FreeAmong(choice.Where(s => s.Size == size).ToImmutableArray(), avoid);
    }

    /// <summary>
    /// Brings operands where an alternative needs them, emits its core, takes results to their places and puts back
    /// what was live in registers it destroyed.
    /// </summary>
    /// <param name="needs">Operands.</param>
    /// <param name="results">Where the core leaves each result.</param>
    /// <param name="clobbers">Registers the core destroys besides the results'.</param>
    /// <param name="core">Emits the code; gets the places of the operands.</param>
    /// <param name="flags">True when flags the core leaves are used afterwards.</param>
    /// <returns>False when it cannot be done this way.</returns>
    private bool Use(ReadOnlySpan<Need> needs, ReadOnlySpan<RegSeq> results, int clobbers, Action<Loc[]> core,
        bool flags = false)
    {
        var resultMask = 0;
        foreach (var r in results)
            resultMask |= r.Mask;
        if (Place(needs, clobbers | resultMask) is not { } at)
            return false;
        var (moved, stay) = (0, 0);
        var moves = new List<(Loc, Loc)>();
        for (var i = 0; i < at.Length; i++)
        {
            if (at[i].SameAs(needs[i].Source))
            {
                stay |= at[i].Mask;
                continue;
            }
            moved |= at[i].Mask;
            moves.Add((at[i], needs[i].Source));
        }
        if ((stay & moved) != 0 && Overlaps(needs, at))
            return false;
        var destroyed = clobbers | resultMask;
        var lost = _live & (destroyed | moved);
        var back = new List<(Loc To, Loc From)>();
        var pops = new List<Instruction>();
        if (lost != 0 && !Save(lost, needs, at, destroyed, moved | stay, moves, back, pops, flags))
            return false;
        var kept = (_live & ~lost) | stay;
        if (!Moves(moves, kept))
            return false;
        // Moves inside the core leave what is saved alone.
        foreach (var (_, from) in back)
            _reserved |= from.Mask;
        core(at);
        _reserved = 0;
        for (var i = 0; i < results.Length; i++)
            if (i < _outs.Length && _outs[i].Kind != LocKind.None)
                back.Insert(0, (_outs[i], Loc.Of(results[i])));
        if (!Moves(back, _live & ~lost))
            return false;
        for (var i = pops.Count - 1; i >= 0; i--)
            I(pops[i]);
        return true;
    }

    private static bool Overlaps(ReadOnlySpan<Need> needs, Loc[] at)
    {
        for (var i = 0; i < at.Length; i++)
            for (var k = 0; k < at.Length; k++)
                if (i != k && at[i].SameAs(needs[i].Source) && !at[k].SameAs(needs[k].Source)
                    && (at[i].Mask & at[k].Mask) != 0
                    && !(at[i].SameAs(at[k]) && needs[k].Source.SameAs(needs[i].Source)))
                    return true;
        return false;
    }

    private Loc[]? Place(ReadOnlySpan<Need> needs, int destroyed)
    {
        var at = new Loc[needs.Length];
        var taken = 0;
        for (var i = 0; i < needs.Length; i++)
        {
            if (needs[i].Want != Want.Fixed)
                continue;
            var target = needs[i].Target!;
            if ((target.Mask & taken) != 0)
                return null;
            taken |= target.Mask;
            at[i] = target;
        }
        var flexible = taken;
        for (var i = 0; i < needs.Length; i++)
        {
            var n = needs[i];
            if (n.Want == Want.AsIs || (n.Want == Want.OneOfOrConstant && n.Source.IsImm))
                at[i] = n.Source;
            else if (n.Want != Want.Fixed && n.Source.IsReg && n.Choice.Contains(n.Source.Seq!)
                && ((n.Source.Mask & (flexible | destroyed)) == 0 || IsSameFixed(needs, at, n.Source)))
                at[i] = n.Source;
            else
                continue;
            if (n.Want == Want.AsIs && (n.Source.Mask & flexible) != 0)
                return null;
            taken |= at[i].Mask;
        }
        for (var i = 0; i < needs.Length; i++)
        {
            if (at[i] is not null)
                continue;
            var sources = 0;
            foreach (var n in needs)
                sources |= n.Source.Mask;
            var choice = FreeAmong(needs[i].Choice, taken | destroyed | sources)
                ?? FreeAmong(needs[i].Choice, taken | destroyed)
                ?? needs[i].Choice.FirstOrDefault(s => (s.Mask & (taken | destroyed)) == 0);
            if (choice is null)
                return null;
            at[i] = Loc.Of(choice);
            taken |= choice.Mask;
        }
        return at;
    }

    // The same value wanted in fixed registers where it already is.
    private static bool IsSameFixed(ReadOnlySpan<Need> needs, Loc[] at, Loc source)
    {
        for (var i = 0; i < needs.Length; i++)
            if (needs[i].Want == Want.Fixed && at[i].SameAs(source) && needs[i].Source.SameAs(source))
                return true;
        return false;
    }
}
