using System.Collections.Immutable;

namespace MinZ.Mir;

/// <summary>Appends instructions to a block of a function; result types follow from the op table.</summary>
public sealed class Builder(Function function)
{
    /// <summary>The function being built.</summary>
    public Function Function { get; } = function;
    /// <summary>Block that instructions are appended to; set it with <see cref="At"/>.</summary>
    public Block Block { get; private set; } = null!;
    /// <summary>Index into the function's locations given to new instructions; 0 = unknown.</summary>
    public int Location { get; set; }
    /// <summary>True when the current block has its terminator: whatever follows cannot be reached.</summary>
    public bool IsFinished => Function.IsFinished(Block);

    /// <summary>Continues at the end of a block.</summary>
    public Builder At(Block block)
    {
        Block = block;
        return this;
    }

    /// <summary>
    /// Empties each block of the function in turn and calls back for each instruction it held, which appends what
    /// stands for it, or <see cref="Keep">keeps</see> it; then puts replaced values in effect. Blocks stay as many.
    /// </summary>
    public void Rebuild(Action<int> lower)
    {
        foreach (var block in Function.Blocks)
        {
            var body = block.Instructions.ToArray();
            block.Instructions.Clear();
            At(block);
            foreach (var id in body)
            {
                Location = Function[id].Location;
                lower(id);
            }
        }
        Function.ApplyReplacements();
    }

    /// <summary>Appends an instruction that is there already.</summary>
    public void Keep(int id) => Block.Instructions.Add(id);

    /// <summary>
    /// Appends an instruction and returns its result (none when <paramref name="result"/> is null or void).
    /// </summary>
    public Value Emit(Op op, MirType type, ReadOnlySpan<Value> operands, MirType? result, object? payload = null,
        long bits = 0, InstructionFlags flags = InstructionFlags.None)
    {
        var id = Function.NewInstruction(op, type, operands, result, payload, bits, Location, flags);
        Block.Instructions.Add(id);
        return Function[id].Result;
    }

    /// <summary>A constant operand.</summary>
    public Value Constant(MirType type, long bits) => Function.Constant(type, bits);

    /// <summary>Arithmetic, logic, shift: type from the first operand.</summary>
    public Value Binary(Op op, Value a, Value b)
    {
        var t = Function.TypeOf(a);
        return Emit(op, t, [a, b], op == Op.MulWide ? Wide(t) : t);
    }

    private static MirType Wide(MirType t) => t.IsSigned ? MirType.SignedOf(t.Bits * 2) : MirType.Unsigned(t.Bits * 2);

    /// <summary>neg, abs, not, load.param.</summary>
    public Value Unary(Op op, Value a) => Emit(op, Function.TypeOf(a), [a], Function.TypeOf(a));

    /// <summary>Comparison: bool, by the first operand's type.</summary>
    public Value Compare(Op op, Value a, Value b) => Emit(op, Function.TypeOf(a), [a, b], MirType.Bool);

    /// <summary>Numeric conversion; the value itself when it has the type already.</summary>
    public Value Convert(Value a, MirType to) => Function.TypeOf(a) == to ? a : Emit(Op.Conv, to, [a], to);

    /// <summary>Same bits as another type; the value itself when it has the type already.</summary>
    public Value Bitcast(Value a, MirType to) => Function.TypeOf(a) == to ? a : Emit(Op.Bitcast, to, [a], to);

    /// <summary>One of two values.</summary>
    public Value Select(Value condition, Value a, Value b) =>
        Emit(Op.Select, Function.TypeOf(a), [condition, a, b], Function.TypeOf(a));

    /// <summary>A string literal.</summary>
    public Value Text(StringConstant text) => Emit(Op.ConstStr, MirType.Str, [], MirType.Str, text);

    /// <summary>The zero value of any type.</summary>
    public Value None(MirType type) => type.IsNumeric ? Constant(type, 0) : Emit(Op.None, type, [], type);

    /// <summary>Reads a place. <paramref name="operands"/>: what <see cref="Place"/> asks for.</summary>
    public Value Load(Place place, ReadOnlySpan<Value> operands) =>
        Emit(Op.Load, place.Type, operands, place.Type, place, 0, FlagsOf(place));

    /// <summary>Writes a place.</summary>
    public void Store(Place place, ReadOnlySpan<Value> operands, Value value) =>
        Emit(Op.Store, place.Type, [.. operands, value], null, place, 0, FlagsOf(place));

    /// <summary>Copies the whole value of one place into another.</summary>
    public void Copy(Place to, ReadOnlySpan<Value> toOperands, Place from, ReadOnlySpan<Value> fromOperands) =>
        Emit(Op.Copy, to.Type, [.. toOperands, .. fromOperands], null, new PlacePair(to, from));

    /// <summary>Sets a place to its type's zero value.</summary>
    public void Clear(Place place, ReadOnlySpan<Value> operands) => Emit(Op.Clear, place.Type, operands, null, place);

    /// <summary>Reference to a place.</summary>
    public Value Reference(Place place, ReadOnlySpan<Value> operands, bool mutable) =>
        Emit(mutable ? Op.RefMut : Op.Ref, place.Type, operands, new ReferenceType(place.Type, mutable), place);

    /// <summary>Raw pointer to a place.</summary>
    public Value AddressOf(Place place, ReadOnlySpan<Value> operands) =>
        Emit(Op.AddressOf, place.Type, operands, new PointerType(place.Type), place);

    private static InstructionFlags FlagsOf(Place place) =>
        place.Global is { Volatile: true } ? InstructionFlags.Volatile : InstructionFlags.None;

    /// <summary>Calls a function that is not generic.</summary>
    public Value Call(Function callee, ReadOnlySpan<Value> arguments) =>
        Emit(Op.Call, callee.Result, arguments, callee.Result, callee.Reference);

    /// <summary>Calls an intrinsic.</summary>
    public Value Call(Intrinsic intrinsic, params ReadOnlySpan<Value> arguments)
    {
        var result = intrinsic.Info().Result ?? Function.TypeOf(arguments[0]);
        return Emit(Op.Intrinsic, result, arguments, result, null, (long)intrinsic);
    }

    /// <summary>Goes to a block.</summary>
    public void Jump(Block to, params ReadOnlySpan<Value> arguments) =>
        Emit(Op.Jump, MirType.Void, arguments, null, new Successors([to], [arguments.Length], []));

    /// <summary>Goes to one of two blocks.</summary>
    public void JumpIf(Value condition, Block then, Block otherwise) =>
        JumpIf(condition, then, [], otherwise, []);

    /// <summary>Goes to one of two blocks with arguments.</summary>
    public void JumpIf(Value condition, Block then, ReadOnlySpan<Value> thenArguments, Block otherwise,
        ReadOnlySpan<Value> otherwiseArguments) =>
        Emit(Op.JumpIf, MirType.Bool, [condition, .. thenArguments, .. otherwiseArguments], null,
            new Successors([then, otherwise], [thenArguments.Length, otherwiseArguments.Length], []));

    /// <summary>Goes to the block of the case the value equals, else to the default.</summary>
    public void Switch(Value value, ImmutableArray<long> cases, ImmutableArray<Block> blocks, Block otherwise) =>
        Emit(Op.Switch, Function.TypeOf(value), [value], null,
            new Successors(blocks.Add(otherwise), [.. Enumerable.Repeat(0, blocks.Length + 1)], cases));

    /// <summary>Returns, with a value unless it is none.</summary>
    public void Return(Value value = default)
    {
        if (value.IsValid)
            Emit(Op.Ret, Function.TypeOf(value), [value], null);
        else
            Emit(Op.Ret, MirType.Void, [], null);
    }

    /// <summary>Stops the program; the message is a str value or none.</summary>
    public void Trap(TrapCode code, Value message = default) =>
        Emit(Op.Trap, MirType.Void, message.IsValid ? [message] : [], null, null, (long)code);
}
