using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace MinZ.Mir;

/// <summary>A parameter of a function.</summary>
public readonly record struct Parameter(string Name, MirType Type);

/// <summary>A slot: a place in a function's frame, zero at entry.</summary>
public sealed class Local(string name, MirType type)
{
    /// <summary>Unique in the function.</summary>
    public string Name { get; set; } = name;
    /// <summary>What the slot holds.</summary>
    public MirType Type { get; set; } = type;
    /// <summary>Where it was declared.</summary>
    public SourceLocation Location { get; set; }
    /// <summary>Must stay in memory: named by inline assembly.</summary>
    public bool Pinned { get; set; }
    public override string ToString() => "%" + Name;
}

/// <summary>A basic block: parameters, then instructions, the last of which is its terminator.</summary>
public sealed class Block(string name)
{
    /// <summary>Unique in the function, without the dot.</summary>
    public string Name { get; set; } = name;
    /// <summary>
    /// Values the block receives from its predecessors; of the entry block, the function's parameters.
    /// </summary>
    public List<Value> Parameters { get; } = [];
    /// <summary>Ids of the instructions in order.</summary>
    public List<int> Instructions { get; } = [];
    /// <summary>Position in the function's block list; kept by <see cref="Function.Renumber"/>.</summary>
    public int Index { get; internal set; }
    public override string ToString() => "." + Name;
}

/// <summary>Marks of a function.</summary>
[Flags]
public enum FunctionFlags : ushort
{
    None = 0,
    /// <summary>Visible to hosts and other modules.</summary>
    Export = 1,
    /// <summary>No effects besides its result: may be evaluated at compile time.</summary>
    Pure = 2,
    Inline = 4,
    NoInline = 8,
    /// <summary>Interrupt handler: saves everything, ends with an interrupt return.</summary>
    Interrupt = 16,
    /// <summary>A test.</summary>
    Test = 32,
    /// <summary>Rarely runs: keep out of the way of hot code.</summary>
    Cold = 64,
    /// <summary>Body is assembly alone: no prologue, no epilogue.</summary>
    Naked = 128,
}

/// <summary>Calling convention and address of a function that assembly or ROM code sees.</summary>
/// <param name="Convention">"default", "register", "stack", "naked", "smc", "shadow", "virtual" or "rst".</param>
/// <param name="Registers">register: the register of each named parameter, e.g. ("x", "A").</param>
/// <param name="Address">Absolute address of an extern function; null = none.</param>
/// <param name="Symbol">External symbol; null = the function's name.</param>
public sealed record Abi(string Convention, ImmutableArray<(string Parameter, string Register)> Registers, int? Address,
    string? Symbol);

/// <summary>What a test runner needs of a test.</summary>
/// <param name="DisplayName">Words for people.</param>
/// <param name="IgnoreReason">Why it does not run; null = it runs.</param>
/// <param name="ExpectedTrap">
/// Text the trap must contain, or the name of its kind, such as "index out of bounds"; null = it must not trap.
/// </param>
/// <param name="MaxTStates">Upper bound on Z80 T-states; null = none.</param>
public sealed record TestInfo(string DisplayName, string? IgnoreReason = null, string? ExpectedTrap = null,
    long? MaxTStates = null)
{
    /// <summary>What there is to say against a run of the test; null = it passed.</summary>
    /// <param name="trap">Message of the trap it ended with; null = it returned.</param>
    /// <param name="tStates">T-states it took; null where nobody counts them.</param>
    public string? Complaint(string? trap, long? tStates = null)
    {
        if (ExpectedTrap is { } expected)
        {
            if (trap is null)
                return $"the test returned instead of trapping with \"{expected}\"";
            if (!trap.Contains(expected, StringComparison.OrdinalIgnoreCase) && !TrapWords.Names(expected, trap))
                return $"the trap does not say \"{expected}\": {trap}";
        }
        else if (trap is not null)
        {
            return trap;
        }
        return MaxTStates is { } limit && tStates > limit
            ? $"the test took {tStates} T-states; it may take {limit}" : null;
    }
}

/// <summary>
/// A function: signature, slots and blocks. Instructions, values and operands are kept in tables of the function and
/// named by small numbers, so that a million of them stay compact.
/// </summary>
public sealed partial class Function(string name)
{
    private Instruction[] _instructions = new Instruction[16];
    private ValueInfo[] _values = new ValueInfo[16];
    private Value[] _operands = new Value[32];
    private int _operandCount;
    private readonly Dictionary<(MirType, long), Value> _constants = [];
    private int _replacements;

    /// <summary>Unique in the module.</summary>
    public string Name { get; set; } = name;
    /// <summary>Parameters of a generic function; empty otherwise.</summary>
    public ImmutableArray<TypeParameter> TypeParameters { get; set; } = [];
    /// <summary>What a call hands over, in order; the entry block has a parameter for each.</summary>
    public ImmutableArray<Parameter> Parameters { get; set; } = [];
    /// <summary>Result type; <see cref="MirType.Void"/> for none.</summary>
    public MirType Result { get; set; } = MirType.Void;
    /// <summary>How the function may be called and treated.</summary>
    public FunctionFlags Flags { get; set; }
    /// <summary>Where it is and how it is called when that is not left to the target; null otherwise.</summary>
    public Abi? Abi { get; set; }
    /// <summary>Set when <see cref="FunctionFlags.Test"/> is.</summary>
    public TestInfo? Test { get; set; }
    /// <summary>Where it was declared.</summary>
    public SourceLocation Location { get; set; }
    /// <summary>The slots of its frame.</summary>
    public List<Local> Locals { get; } = [];
    /// <summary>Blocks, the entry first; empty for an extern function.</summary>
    public List<Block> Blocks { get; } = [];
    /// <summary>Places in source, by <see cref="Instruction.Location"/>; entry 0 is "unknown".</summary>
    public List<LocationEntry> Locations { get; } = [default];

    /// <summary>The block control enters.</summary>
    public Block Entry => Blocks[0];
    /// <summary>True when the body is elsewhere.</summary>
    public bool IsExtern => Blocks.Count == 0;
    /// <summary>This function used without type arguments.</summary>
    public FunctionRef Reference => field ??= new FunctionRef(this, []);
    /// <summary>One more than the largest instruction id.</summary>
    public int InstructionLimit { get; private set; }
    /// <summary>One more than the largest value id.</summary>
    public int ValueLimit { get; private set; } = 1;

    /// <summary>True when the function has a flag, or one of several.</summary>
    public bool Is(FunctionFlags flag) => (Flags & flag) != 0;

    /// <summary>An instruction by id.</summary>
    public ref Instruction this[int instruction] => ref _instructions[instruction];

    /// <summary>The row of a value.</summary>
    public ref ValueInfo this[Value value] => ref _values[value.Id];

    /// <summary>Type of a value that is not none.</summary>
    public MirType TypeOf(Value value) => _values[value.Id].Type;

    /// <summary>
    /// True, with its canonical bits, when the value is a constant operand or the result of <c>const</c>.
    /// </summary>
    public bool TryConstant(Value value, out long bits)
    {
        ref var v = ref _values[value.Id];
        bits = v.Bits;
        if (v.Kind == ValueKind.Constant)
            return true;
        if (v.Kind != ValueKind.Instruction || _instructions[v.Index].Op != Op.Const)
            return false;
        bits = _instructions[v.Index].Bits;
        return true;
    }

    /// <summary>Id of the instruction that yields the value, or -1.</summary>
    public int DefinitionOf(Value value) =>
        _values[value.Id].Kind == ValueKind.Instruction ? _values[value.Id].Index : -1;

    /// <summary>Operands of an instruction; valid until the function next gets an operand.</summary>
    public ReadOnlySpan<Value> Operands(int instruction) => MutableOperands(instruction);

    /// <summary>Operands of an instruction, to overwrite one by one.</summary>
    public Span<Value> MutableOperands(int instruction)
    {
        ref var i = ref _instructions[instruction];
        return _operands.AsSpan(i.OperandStart, i.OperandCount);
    }

    /// <summary>Gives an instruction other operands, as many as wanted.</summary>
    public void SetOperands(int instruction, ReadOnlySpan<Value> operands)
    {
        ref var i = ref _instructions[instruction];
        if (operands.Length > i.OperandCount)
        {
            i.OperandStart = Reserve(operands.Length, operands);
            i.OperandCount = operands.Length;
            return;
        }
        operands.CopyTo(_operands.AsSpan(i.OperandStart));
        i.OperandCount = operands.Length;
    }

    private int Reserve(int count, ReadOnlySpan<Value> operands)
    {
        if (_operandCount + count > _operands.Length)
        {
            // The operands may be a span over the old pool, which stays alive through it.
            var grown = new Value[Math.Max(_operands.Length * 2, _operandCount + count)];
            _operands.AsSpan(0, _operandCount).CopyTo(grown);
            operands.CopyTo(grown.AsSpan(_operandCount));
            _operands = grown;
        }
        else
        {
            operands.CopyTo(_operands.AsSpan(_operandCount));
        }
        _operandCount += count;
        return _operandCount - count;
    }

    /// <summary>
    /// Creates an instruction that is in no block yet. A result value is made when <paramref name="resultType"/> is
    /// given.
    /// </summary>
    public int NewInstruction(Op op, MirType type, ReadOnlySpan<Value> operands, MirType? resultType,
        object? payload = null, long bits = 0, int location = 0, InstructionFlags flags = InstructionFlags.None)
    {
        var id = InstructionLimit++;
        if (id == _instructions.Length)
            Array.Resize(ref _instructions, id * 2);
        var start = Reserve(operands.Length, operands);
        ref var i = ref _instructions[id];
        i = new Instruction
        {
            Op = op, Type = type, Payload = payload, Bits = bits, Location = location, Flags = flags,
            OperandStart = start, OperandCount = operands.Length,
        };
        if (resultType is not null && resultType.Kind != TypeKind.Void)
            i.Result = NewValue(new ValueInfo { Type = resultType, Kind = ValueKind.Instruction, Index = id });
        return id;
    }

    private Value NewValue(in ValueInfo info)
    {
        if (ValueLimit == _values.Length)
            Array.Resize(ref _values, ValueLimit * 2);
        _values[ValueLimit] = info;
        return new Value(ValueLimit++);
    }

    /// <summary>The constant operand of a numeric type with these canonical bits; the same value each time.</summary>
    public Value Constant(MirType type, long bits)
    {
        bits = Constants.Wrap(type, bits);
        ref var value = ref CollectionsMarshal.GetValueRefOrAddDefault(_constants, (type, bits), out var known);
        if (!known)
            value = NewValue(new ValueInfo { Type = type, Kind = ValueKind.Constant, Bits = bits });
        return value;
    }

    /// <summary>Adds a block at the end.</summary>
    public Block NewBlock(string name)
    {
        var block = new Block(name) { Index = Blocks.Count };
        Blocks.Add(block);
        return block;
    }

    /// <summary>Adds a parameter to a block.</summary>
    public Value NewParameter(Block block, MirType type, string? name = null)
    {
        var value = NewValue(new ValueInfo
        {
            Type = type, Name = name, Kind = ValueKind.BlockParameter, Block = block, Index = block.Parameters.Count,
        });
        block.Parameters.Add(value);
        return value;
    }

    /// <summary>Creates the entry block with the function's parameters as its own.</summary>
    public Block NewEntry()
    {
        var entry = NewBlock("entry");
        foreach (var p in Parameters)
            NewParameter(entry, p.Type, p.Name);
        return entry;
    }

    /// <summary>Adds a slot.</summary>
    public Local NewLocal(string name, MirType type, SourceLocation location = default)
    {
        var local = new Local(name, type) { Location = location };
        Locals.Add(local);
        return local;
    }

    /// <summary>Adds a place in source and returns its index.</summary>
    public int AddLocation(SourceLocation location, int inlinedAt = 0, string? inlinedFrom = null)
    {
        Locations.Add(new LocationEntry(location, inlinedAt, inlinedFrom));
        return Locations.Count - 1;
    }

    /// <summary>The terminator of a finished block: its last instruction.</summary>
    public int TerminatorOf(Block block) => block.Instructions[^1];

    /// <summary>True when the block ends with a terminator.</summary>
    public bool IsFinished(Block block) =>
        block.Instructions.Count > 0 && _instructions[block.Instructions[^1]].Op.Info().IsTerminator;

    /// <summary>Blocks control may go to from a block, in order, possibly twice the same.</summary>
    public ImmutableArray<Block> SuccessorsOf(Block block) =>
        _instructions[TerminatorOf(block)].Payload is Successors s ? s.Blocks : [];

    /// <summary>Arguments a terminator passes to its n-th successor.</summary>
    public ReadOnlySpan<Value> ArgumentsFor(int terminator, int successor)
    {
        var (start, count) = ArgumentRange(terminator, successor);
        return Operands(terminator).Slice(start, count);
    }

    /// <summary>Position, among a terminator's operands, of the arguments for its n-th successor.</summary>
    public (int Start, int Count) ArgumentRange(int terminator, int successor)
    {
        ref var i = ref _instructions[terminator];
        var s = (Successors)i.Payload!;
        var start = i.Op == Op.Jump ? 0 : 1;
        for (var k = 0; k < successor; k++)
            start += s.ArgumentCounts[k];
        return (start, s.ArgumentCounts[successor]);
    }

    public override string ToString() => Name;
}
