using MinZ.Mir.Lowering;

namespace MinZ.Mir.Passes;

/// <summary>
/// On flat-lowered code: slots of scalars, small structs, tuples and arrays whose address is only used to read, write,
/// copy and clear known members become values, one per member.
/// </summary>
public static class PromoteSlots
{
    /// <summary>Members up to which a slot is taken apart.</summary>
    private const int MostMembers = 8;

    /// <summary>Applies the pass; true when something changed.</summary>
    public static bool Run(Module module)
    {
        if (module.Layout is not { } layout)
            return false;
        var changed = false;
        foreach (var f in module.Functions)
            if (!f.IsExtern && f.Locals.Count > 0)
                changed |= new Promoter(f, layout).Run();
        return changed;
    }

    /// <summary>A member of a slot that fits a value.</summary>
    private readonly record struct Member(int Offset, MirType Type, Local Slot);

    private sealed class Promoter(Function f, DataLayout layout)
    {
        private readonly Dictionary<Local, List<Member>> _members = [];
        private List<int> _into = [];

        public bool Run()
        {
            foreach (var local in f.Locals)
                if (!local.Pinned && Flatten(local) is { } members)
                    _members[local] = members;
            while (_members.Count > 0 && Misused() is { } local)
                _members.Remove(local);
            if (_members.Count == 0)
                return false;
            foreach (var members in _members.Values)
                f.Locals.AddRange(members.Select(m => m.Slot));
            foreach (var block in f.Blocks)
            {
                var body = block.Instructions.ToArray();
                _into = block.Instructions;
                _into.Clear();
                foreach (var id in body)
                    Rewrite(id);
            }
            f.ApplyReplacements();
            f.Locals.RemoveAll(_members.ContainsKey);
            Mem2Reg.Run(f);
            Dce.Run(f);
            return true;
        }

        private List<Member>? Flatten(Local local)
        {
            var members = new List<Member>();
            return Add(local.Type, 0) && members.Count > 0 ? members : null;

            bool Add(MirType type, int offset)
            {
                switch (type)
                {
                    case StructType s:
                        return Enumerable.Range(0, s.Fields.Length)
                            .All(n => Add(s.Fields[n].Type, offset + layout.OffsetOf(s, n)));
                    case TupleType t:
                        return Enumerable.Range(0, t.Items.Length)
                            .All(n => Add(t.Items[n], offset + layout.OffsetOf(t, n)));
                    case ArrayType a:
                        return a.Length <= MostMembers && Enumerable.Range(0, a.Length)
                            .All(n => Add(a.Element, offset + n * layout.SizeOf(a.Element)));
                    case SliceType s:
                        return Add(new ReferenceType(s.Element, true), offset) &&
                            Add(layout.AddressType, offset + layout.PointerBytes);
                }
                if (type.IsAggregate || members.Count == MostMembers ||
                    type.Kind is TypeKind.Interface or TypeKind.Function)
                    return false;
                type = FlatMemory.LowerPlain(type);
                if (type.IsFloat && !layout.HasFloats)
                    type = MirType.Unsigned(type.Bits);
                if (type.IsInteger && layout.SizeOf(type) > layout.WidestInteger)
                    return Add(MirType.U32, offset) && Add(MirType.U32, offset + 4);
                members.Add(new Member(offset, type, new Local($"{local.Name}+{offset}", type)));
                return true;
            }
        }

        /// <summary>The slot and offset an address is known to be in; null when it is not one of ours.</summary>
        private (Local Local, int Offset)? Base(Value v)
        {
            var offset = 0L;
            for (var d = f.DefinitionOf(v); d >= 0; d = f.DefinitionOf(v))
            {
                if (f[d].Op == Op.LocalAddress)
                    return _members.ContainsKey((Local)f[d].Payload!) ? ((Local)f[d].Payload!, (int)offset) : null;
                if (f[d].Op != Op.PointerAdd || !f.TryConstant(f.Operands(d)[1], out var n))
                    return null;
                offset += n * f[d].Bits;
                v = f.Operands(d)[0];
            }
            return null;
        }

        private Member? Find(Local local, int offset, MirType type)
        {
            foreach (var m in _members[local])
                if (m.Offset == offset && (m.Type == type || m.Type.IsAddress && type.IsAddress))
                    return m;
            return null;
        }

        private List<Member>? Range(Local local, int offset, int size)
        {
            var inside = _members[local].Where(m => m.Offset >= offset && m.Offset < offset + size).ToList();
            return inside.All(m => m.Offset + layout.SizeOf(m.Type) <= offset + size) &&
                _members[local].All(m => inside.Contains(m) || m.Offset + layout.SizeOf(m.Type) <= offset ||
                    m.Offset >= offset + size) ? inside : null;
        }

        /// <summary>A slot that is used in another way than by whole members; null when there is none.</summary>
        private Local? Misused()
        {
            foreach (var block in f.Blocks)
                foreach (var id in block.Instructions)
                {
                    var o = f.Operands(id);
                    for (var n = 0; n < o.Length; n++)
                        if (Base(o[n]) is { } at && !IsFine(id, n, at.Local, at.Offset))
                            return at.Local;
                }
            return null;
        }

        private bool IsFine(int id, int operand, Local local, int offset)
        {
            ref var i = ref f[id];
            var o = f.Operands(id);
            switch (i.Op)
            {
                case Op.PointerAdd:
                    return operand == 0 && f.TryConstant(o[1], out _);
                case Op.MemLoad or Op.MemStore:
                    return operand == 0 && (i.Flags & InstructionFlags.Volatile) == 0 &&
                        Find(local, offset + (int)i.Bits, i.Type) is not null;
                case Op.MemFill:
                    return operand == 0 && f.TryConstant(o[1], out var value) && value == 0 &&
                        f.TryConstant(o[2], out var length) && Range(local, offset, (int)length) is not null;
                case Op.MemCopy:
                    if (operand == 2 || !f.TryConstant(o[2], out var size) ||
                        Range(local, offset, (int)size) is not { } range)
                        return false;
                    return Base(o[1 - operand]) is not { } other ||
                        range.All(m => Find(other.Local, other.Offset + m.Offset - offset, m.Type) is not null);
                default:
                    return false;
            }
        }

        private Value Emit(Op op, MirType type, ReadOnlySpan<Value> operands, MirType? result, object? payload,
            long bits, int like)
        {
            var id = f.NewInstruction(op, type, operands, result, payload, bits, f[like].Location);
            _into.Add(id);
            return f[id].Result;
        }

        private void Rewrite(int id)
        {
            var i = f[id];
            var o = f.Operands(id).ToArray();
            switch (i.Op)
            {
                case Op.MemLoad when Base(o[0]) is { } at:
                    var from = Find(at.Local, at.Offset + (int)i.Bits, i.Type)!.Value;
                    f.Replace(i.Result, Emit(Op.Load, from.Type, [], i.Type, Place.Of(from.Slot), 0, id));
                    return;
                case Op.MemStore when Base(o[0]) is { } at:
                    var to = Find(at.Local, at.Offset + (int)i.Bits, i.Type)!.Value;
                    Emit(Op.Store, to.Type, [o[1]], null, Place.Of(to.Slot), 0, id);
                    return;
                case Op.MemFill when Base(o[0]) is { } at:
                    f.TryConstant(o[2], out var length);
                    foreach (var m in Range(at.Local, at.Offset, (int)length)!)
                        Emit(Op.Clear, m.Type, [], null, Place.Of(m.Slot), 0, id);
                    return;
                case Op.MemCopy when Base(o[0]) is not null || Base(o[1]) is not null:
                    RewriteCopy(id, o);
                    return;
                default:
                    _into.Add(id);
                    return;
            }
        }

        private void RewriteCopy(int id, Value[] o)
        {
            f.TryConstant(o[2], out var size);
            var (to, from) = (Base(o[0]), Base(o[1]));
            var members = to is { } t
                ? Range(t.Local, t.Offset, (int)size)!
                : Range(from!.Value.Local, from.Value.Offset, (int)size)!;
            var start = to?.Offset ?? from!.Value.Offset;
            // All is read before anything is written, as through a buffer.
            var values = members.Select(m => from is { } s
                ? Emit(Op.Load, m.Type, [], m.Type,
                    Place.Of(Find(s.Local, s.Offset + m.Offset - start, m.Type)!.Value.Slot), 0, id)
                : Emit(Op.MemLoad, m.Type, [o[1]], m.Type, null, m.Offset - start, id)).ToArray();
            for (var n = 0; n < values.Length; n++)
            {
                if (to is not null)
                    Emit(Op.Store, members[n].Type, [values[n]], null, Place.Of(members[n].Slot), 0, id);
                else
                    Emit(Op.MemStore, members[n].Type, [o[0], values[n]], null, null, members[n].Offset - start, id);
            }
        }
    }
}
