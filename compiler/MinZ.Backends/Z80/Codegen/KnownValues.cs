using MinZ.Backends.Z80.Assembly;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>
/// Value numbering of registers and named cells within a block: removes loads of what a register holds already.
/// </summary>
internal static class KnownValues
{
    public static bool Run(List<Item> code)
    {
        var state = new State();
        var changed = false;
        for (var n = 0; n < code.Count; n++)
        {
            if (code[n] is Label or not Instruction)
            {
                state = new State();
                continue;
            }
            var i = (Instruction)code[n];
            if (i.Mnemonic == Mnemonic.Ld && i.Comment is null && state.Load(i))
            {
                code.RemoveAt(n--);
                changed = true;
            }
            else if (i.Mnemonic != Mnemonic.Ld || i.Comment is not null)
            {
                state.Step(i);
            }
        }
        return changed;
    }

    private sealed class State
    {
        private readonly int[] _registers = new int[ByteRegs.Count];
        private readonly Dictionary<object, int> _constants = [];
        private readonly Dictionary<Expr, int> _cells = [];
        private int _next;

        public State()
        {
            for (var r = 0; r < ByteRegs.Count; r++)
                _registers[r] = ++_next;
        }

        private int Constant(Expr value)
        {
            object key = value is Expr.Constant c ? c.Value & 0xFF : value;
            if (!_constants.TryGetValue(key, out var number))
                _constants[key] = number = ++_next;
            return number;
        }

        private int Cell(Expr address)
        {
            if (!_cells.TryGetValue(address, out var number))
                _cells[address] = number = ++_next;
            return number;
        }

        /// <summary>Follows a load; true when it changes nothing.</summary>
        public bool Load(Instruction i)
        {
            var (to, from) = (RegistersOf(i.First), RegistersOf(i.Second));
            if (to.Length > 0 && (from.Length == to.Length || i.Second.Kind is OperandKind.Imm or OperandKind.Mem))
                return LoadRegisters(i, to, from);
            if (i.First.Kind == OperandKind.Mem && from.Length > 0)
                return StoreCells(i, from);
            Step(i);
            return false;
        }

        private bool LoadRegisters(Instruction i, ReadOnlySpan<int> to, ReadOnlySpan<int> from)
        {
            var same = true;
            Span<int> values = stackalloc int[2];
            for (var k = 0; k < to.Length; k++)
            {
                values[k] = from.Length > 0 ? _registers[from[k]]
                    : i.Second.Kind == OperandKind.Mem ? Cell(i.Second.Value + k)
                    : to.Length == 1 ? Constant(i.Second.Value)
                    : Constant(k == 0 ? Expr.Low(i.Second.Value) : Expr.High(i.Second.Value));
                same &= _registers[to[k]] == values[k];
            }
            for (var k = 0; k < to.Length; k++)
                _registers[to[k]] = values[k];
            return same;
        }

        private bool StoreCells(Instruction i, ReadOnlySpan<int> from)
        {
            var same = true;
            for (var k = 0; k < from.Length; k++)
                same &= _cells.TryGetValue(i.First.Value + k, out var old) && old == _registers[from[k]];
            // Two names may overlap: forget all others.
            if (!same)
                _cells.Clear();
            for (var k = 0; k < from.Length; k++)
                _cells[i.First.Value + k] = _registers[from[k]];
            return same && i.First.Value is not Expr.Constant;
        }

        /// <summary>Follows any other instruction.</summary>
        public void Step(Instruction i)
        {
            if (i.Mnemonic == Mnemonic.Ex && i.First.Kind == OperandKind.DE)
            {
                (_registers[ByteRegs.D], _registers[ByteRegs.H]) = (_registers[ByteRegs.H], _registers[ByteRegs.D]);
                (_registers[ByteRegs.E], _registers[ByteRegs.L]) = (_registers[ByteRegs.L], _registers[ByteRegs.E]);
                return;
            }
            var form = i.Form;
            var isCall = form is null or { Flow: Flow.Call or Flow.CallIf };
            for (var r = 0; r < ByteRegs.Count; r++)
                if (isCall || ((int)form!.Defs & (1 << r)) != 0)
                    _registers[r] = ++_next;
            if (isCall || (form!.Effects & Effects.Store) != 0 || i.First.IsMemory)
                _cells.Clear();
        }

        private static int[] RegistersOf(Operand o) => o.Kind switch
        {
            >= OperandKind.B and <= OperandKind.A => [o.Kind - OperandKind.B],
            OperandKind.IXH => [ByteRegs.IXH],
            OperandKind.IXL => [ByteRegs.IXL],
            OperandKind.BC => [ByteRegs.C, ByteRegs.B],
            OperandKind.DE => [ByteRegs.E, ByteRegs.D],
            OperandKind.HL => [ByteRegs.L, ByteRegs.H],
            OperandKind.IX => [ByteRegs.IXL, ByteRegs.IXH],
            _ => [],
        };
    }
}
