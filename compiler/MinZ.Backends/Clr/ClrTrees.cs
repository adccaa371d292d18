using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>
/// Decides which instructions are evaluated on the stack, inside the one instruction that uses them, instead of into a
/// local variable.
/// </summary>
internal sealed class ClrTrees
{
    /// <summary>
    /// Deepest nesting of instructions, so that huge expressions need no huge stack, here or at run time.
    /// </summary>
    private const int MaxDepth = 100;
    private readonly Function _f;
    private readonly int[] _uses;
    private readonly int[] _users;
    private readonly ClrResidence _residence;

    public ClrTrees(Function f, ClrResidence residence)
    {
        (_f, _residence) = (f, residence);
        _uses = new int[f.ValueLimit];
        _users = new int[f.InstructionLimit];
        Array.Fill(_users, -1);
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
                foreach (var v in f.Operands(id))
                    _uses[v.Id]++;
        foreach (var block in f.Blocks)
            Decide(block);
    }

    /// <summary>True when the instruction is emitted by its user.</summary>
    public bool IsInlined(int id) => _users[id] >= 0;

    /// <summary>The instruction that emits this one; -1 when it stands for itself.</summary>
    public int UserOf(int id) => _users[id];

    /// <summary>Number of times a value is an operand.</summary>
    public int UsesOf(Value v) => _uses[v.Id];

    private void Decide(Block block)
    {
        var body = block.Instructions;
        var position = new Dictionary<Value, int>();
        for (var n = 0; n < body.Count; n++)
            if (_f[body[n]].Result is { IsValid: true } result && _uses[result.Id] == 1)
                position[result] = n;
        var user = new int[body.Count];
        Array.Fill(user, -1);
        for (var n = 0; n < body.Count; n++)
            foreach (var v in _f.Operands(body[n]))
                if (position.TryGetValue(v, out var definition) && definition < n)
                    user[definition] = n;
        // Where each instruction really happens: at its user's place when it is inlined, transitively.
        var root = new int[body.Count];
        var depth = new int[body.Count];
        for (var n = body.Count - 1; n >= 0; n--)
        {
            root[n] = n;
            if (user[n] < 0 || depth[user[n]] == MaxDepth || !IsTree(body[n]) || !MayMove(body, n, root[user[n]], user))
                continue;
            _users[body[n]] = body[user[n]];
            root[n] = root[user[n]];
            depth[n] = depth[user[n]] + 1;
        }
    }

    /// <summary>True for instructions whose code may stand among the operands of another one.</summary>
    private bool IsTree(int id) => _f[id].Op is not (Op.Asm or Op.TailCall);

    private bool MayMove(List<int> body, int from, int to, int[] user)
    {
        var kind = EffectsOf(body[from]);
        if (kind == Effects.Pure)
            return true;
        for (int inner = from, outer = user[from]; ; (inner, outer) = (outer, user[outer]))
        {
            if (EvaluatesLate(body[outer], _f[body[inner]].Result))
                return false;
            if (outer == to)
                break;
        }
        // Reads may pass reads and checks; what may stop passes nothing that stops or writes; calls pass nothing.
        var blocking = (kind & (Effects.Writes | Effects.Suspends)) != 0 ? Effects.Everything
            : (kind & Effects.Traps) != 0 ? Effects.Writes | Effects.Traps | Effects.Suspends
            : Effects.Writes | Effects.Suspends;
        for (var k = from + 1; k < to; k++)
            if ((EffectsOf(body[k]) & blocking) != 0)
                return false;
        return true;
    }

    /// <summary>
    /// True when code of the op itself runs before this operand: the address of a store with its checks, the choice of
    /// a select or branch.
    /// </summary>
    private bool EvaluatesLate(int id, Value operand) => _f[id].Op switch
    {
        Op.Store => ((Place)_f[id].Payload!) is var p &&
            p.OperandCount + p.Path.Count(s => s.Kind == ProjectionKind.Payload) > 0,
        Op.Copy or Op.Select or Op.ChanSelect or Op.ChanTake => true,
        Op.JumpIf or Op.Switch => _f.Operands(id)[0] != operand,
        _ => false,
    };

    private Effects EffectsOf(int id)
    {
        var effects = _f[id].Op.Info().Effects;
        return _f[id].Op switch
        {
            Op.Div or Op.Rem when _f[id].Type.IsFloat || IsNonZero(_f.Operands(id)[1]) => Effects.Pure,
            Op.Intrinsic => ((Intrinsic)_f[id].Bits).Info().Effects,
            Op.Load when !MayTrap(id) => Effects.Reads,
            // Managed pointers to whole slots are made without any effect.
            Op.Ref or Op.RefMut or Op.AddressOf when !MayTrap(id) => Effects.Pure,
            _ => effects,
        };
    }

    private bool IsNonZero(Value v) => _f.TryConstant(v, out var bits) && bits != 0;

    private bool MayTrap(int id)
    {
        var place = (Place)_f[id].Payload!;
        return place.OperandCount > 0 || place.Path.Any(p => p.Kind == ProjectionKind.Payload) ||
            _residence.IsRaw(_f, place, _f.Operands(id));
    }
}
