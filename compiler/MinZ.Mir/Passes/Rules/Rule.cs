namespace MinZ.Mir.Passes.Rules;

/// <summary>
/// An algebraic rewrite. It must never make code worse on any target, and must hold for every operand value of every
/// type it accepts.
/// </summary>
/// <param name="Op">Operation it looks at.</param>
/// <param name="Law">The algebra in one line.</param>
/// <param name="Apply">The value that replaces the result; none when the rule does not apply. A rule may instead change
/// the instruction's operands through <see cref="Rewrite.SetOperands"/> and return none.</param>
public sealed record Rule(Op Op, string Law, Func<Rewrite, Value> Apply);

/// <summary>The instruction a rule looks at, and means to match and to emit in front of it.</summary>
public sealed class Rewrite(Function f, int[] uses)
{
    private int _id;
    private List<int> _into = [];
    private bool _changed;

    internal void At(int id, List<int> into) => (_id, _into) = (id, into);

    internal bool TakeChanged()
    {
        var was = _changed;
        _changed = false;
        return was;
    }

    /// <summary>The function.</summary>
    public Function F => f;
    /// <summary>The instruction the rule looks at.</summary>
    public ref Instruction I => ref f[_id];
    /// <summary>Instruction type.</summary>
    public MirType T => f[_id].Type;
    /// <summary>What the instruction yields.</summary>
    public Value Result => f[_id].Result;
    /// <summary>Its first operand.</summary>
    public Value A => f.Operands(_id)[0];
    /// <summary>Its second operand.</summary>
    public Value B => f.Operands(_id)[1];
    /// <summary>How many operands it has.</summary>
    public int OperandCount => f.Operands(_id).Length;
    /// <summary>One of its operands, counted from 0.</summary>
    public Value Operand(int n) => f.Operands(_id)[n];

    /// <summary>True when the value is a numeric constant.</summary>
    public bool IsConst(Value v, out long bits) => f.TryConstant(v, out bits) && f.TypeOf(v).IsNumeric;

    /// <summary>True when the second operand is this constant.</summary>
    public bool BIs(long bits) => IsConst(B, out var b) && b == Constants.Wrap(f.TypeOf(B), bits);

    /// <summary>A constant of the instruction type.</summary>
    public Value Const(long bits) => f.Constant(T, bits);

    /// <summary>A constant of another type.</summary>
    public Value Const(MirType type, long bits) => f.Constant(type, bits);

    /// <summary>True, with its id, when the value is the result of this op.</summary>
    public bool Is(Value v, Op op, out int id)
    {
        id = f.DefinitionOf(v);
        return id >= 0 && f[id].Op == op;
    }

    /// <summary>Operand of another instruction, up to date.</summary>
    public Value Of(int id, int n) => f.Resolve(f.Operands(id)[n]);

    /// <summary>True when nothing but this instruction uses the value.</summary>
    public bool UsedOnce(Value v) => v.Id < uses.Length && uses[v.Id] == 1;

    /// <summary>Emits an instruction in front of this one.</summary>
    public Value Emit(Op op, MirType type, MirType result, params ReadOnlySpan<Value> operands) =>
        Emit(op, type, result, 0, operands);

    /// <summary>Emits an instruction with immediate bits in front of this one.</summary>
    public Value Emit(Op op, MirType type, MirType result, long bits, ReadOnlySpan<Value> operands)
    {
        var id = f.NewInstruction(op, type, operands, result, null, bits, f[_id].Location);
        _into.Add(id);
        return f[id].Result;
    }

    /// <summary>Changes the instruction in place.</summary>
    public Value SetOperands(params ReadOnlySpan<Value> operands)
    {
        f.SetOperands(_id, operands);
        _changed = true;
        return Value.None;
    }

    /// <summary>Notes that the instruction was changed in place.</summary>
    public Value Changed()
    {
        _changed = true;
        return Value.None;
    }
}
