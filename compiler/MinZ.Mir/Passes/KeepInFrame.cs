using MinZ.Mir.Lowering;

namespace MinZ.Mir.Passes;

/// <summary>
/// Escape analysis on flat-lowered code: an object of the heap that can be reached only while the function runs that
/// makes it becomes a slot of that function, which <see cref="PromoteSlots"/> may then turn into values. An address
/// leaves when it is returned, stored, passed to a block or to who cannot be looked into; a called function may read
/// and write through it as long as it does not let it leave in turn.
/// </summary>
public static class KeepInFrame
{
    /// <summary>Largest object, in bytes, that becomes a slot: frames are small, and on some targets static.</summary>
    private const int MostBytes = 64;

    /// <summary>Applies the pass to a lowered module; true when something changed.</summary>
    public static bool Run(Module module)
    {
        if (module.Layout is not { } layout)
            return false;
        var made = module.Functions.Where(f => !f.IsExtern).Select(f => (Function: f, Objects: Objects(f, layout)))
            .Where(m => m.Objects.Count > 0).ToList();
        if (made.Count == 0)
            return false;
        var parameters = new Parameters(module);
        var changed = false;
        foreach (var (f, objects) in made)
        {
            var uses = new Uses(f);
            foreach (var (block, id) in objects)
                if (!uses.Leaves(f[id].Result, parameters))
                {
                    Replace(f, block, id, layout);
                    changed = true;
                }
            f.ApplyReplacements();
        }
        return changed;
    }

    private static List<(Block Block, int Id)> Objects(Function f, DataLayout layout)
    {
        var found = new List<(Block, int)>();
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
                if (f[id].Op is Op.New or Op.SliceNew && TypeOf(f, id, layout) is not null)
                    found.Add((block, id));
        return found;
    }

    /// <summary>
    /// Type of the slot an object would become; null when it is too large, its size is not known, or its type only says
    /// what a collector has to look for, as that of channels does.
    /// </summary>
    private static MirType? TypeOf(Function f, int id, DataLayout layout)
    {
        ref var i = ref f[id];
        if (layout.SizeOf(i.Type) != i.Bits)
            return null;
        if (i.Op == Op.New)
            return i.Bits is > 0 and <= MostBytes && f.Operands(id).Length == 0 ? i.Type : null;
        // The runs of slice.new start with empty strings where others start with zero.
        return f.TryConstant(f.Operands(id)[0], out var n) && n > 0 && i.Bits > 0 && n <= MostBytes / i.Bits
            && !FlatMemory.HoldsStrings(i.Type) ? new ArrayType(i.Type, (int)n) : null;
    }

    private static void Replace(Function f, Block block, int id, DataLayout layout)
    {
        var i = f[id];
        var word = layout.AddressType;
        var type = TypeOf(f, id, layout)!;
        var bytes = i.Op == Op.New ? i.Bits : i.Bits * ((ArrayType)type).Length;
        var result = f.TypeOf(i.Result);
        var local = f.NewLocal($"$kept{f.Locals.Count}", type);
        var address = f.NewInstruction(Op.LocalAddress, result, [], result, local, 0, i.Location);
        var fill = f.NewInstruction(Op.MemFill, word, [f[address].Result, f.Constant(MirType.U8, 0),
            f.Constant(word, bytes)], null, null, 0, i.Location);
        var at = block.Instructions.IndexOf(id);
        block.Instructions[at] = address;
        block.Instructions.Insert(at + 1, fill);
        f.Replace(i.Result, f[address].Result);
    }

    /// <summary>Where a function uses each of its values.</summary>
    private sealed class Uses
    {
        private readonly Function _f;
        private readonly List<(int Id, int Operand)>?[] _uses;

        public Uses(Function f)
        {
            _f = f;
            _uses = new List<(int, int)>[f.ValueLimit];
            foreach (var block in f.Blocks)
                foreach (var id in block.Instructions)
                {
                    var operands = f.Operands(id);
                    for (var n = 0; n < operands.Length; n++)
                        (_uses[f.Resolve(operands[n]).Id] ??= []).Add((id, n));
                }
        }

        /// <summary>True when an address, or one computed from it, may outlive the function's call or get out of
        /// sight.</summary>
        public bool Leaves(Value address, Parameters parameters)
        {
            foreach (var (id, operand) in _uses[address.Id] ?? [])
                if (Leaves(id, operand, parameters))
                    return true;
            return false;
        }

        private bool Leaves(int id, int operand, Parameters parameters)
        {
            ref var i = ref _f[id];
            switch (i.Op)
            {
                case Op.MemLoad or Op.MemStore or Op.MemFill:
                    return operand != 0;
                case Op.MemCopy:
                    return operand == 2;
                case >= Op.CmpEq and <= Op.CmpGe:
                    return false;
                case Op.PointerAdd:
                    return operand != 0 || Leaves(i.Result, parameters);
                case Op.LoadParam:
                    return Leaves(i.Result, parameters);
                case Op.Bitcast:
                    return !_f.TypeOf(i.Result).IsAddress || Leaves(i.Result, parameters);
                case Op.Call:
                    return parameters.Leave(((FunctionRef)i.Payload!).Function, operand);
                default:
                    return true;
            }
        }
    }

    /// <summary>Which parameters of functions let an address leave: assumed of none, then corrected until it
    /// holds.</summary>
    private sealed class Parameters
    {
        private readonly Dictionary<Function, bool[]> _leave = [];

        public Parameters(Module module)
        {
            var known = module.Functions.Where(f => !f.IsExtern && !HasAssembly(f)).ToList();
            foreach (var f in known)
                _leave[f] = new bool[f.Entry.Parameters.Count];
            var uses = known.ConvertAll(f => new Uses(f));
            for (var changed = true; changed;)
            {
                changed = false;
                for (var n = 0; n < known.Count; n++)
                {
                    var leave = _leave[known[n]];
                    for (var p = 0; p < leave.Length; p++)
                        if (!leave[p] && uses[n].Leaves(known[n].Entry.Parameters[p], this))
                            changed = leave[p] = true;
                }
            }
        }

        public bool Leave(Function f, int parameter) =>
            !_leave.TryGetValue(f, out var leave) || parameter >= leave.Length || leave[parameter];

        // Assembly may find the parameters where the calling convention puts them.
        private static bool HasAssembly(Function f) =>
            f.Blocks.Exists(b => b.Instructions.Exists(id => f[id].Op == Op.Asm));
    }
}
