using System.Buffers.Binary;
using MinZ.Mir;

namespace MinZ.Tests.Vm;

/// <summary>
/// The plainest interpreter of MIR on flat memory: one value at a time, by the evaluators. What the VM is held against.
/// </summary>
internal sealed class ReferenceMachine(int blockLimit)
{
    private readonly byte[] _memory = new byte[0x10000];
    private int _left = blockLimit;

    /// <summary>Raised where the program traps; null code = too many blocks.</summary>
    public sealed class Stop(TrapCode? code) : Exception
    {
        public TrapCode? Code { get; } = code;
    }

    public ReadOnlySpan<byte> Memory => _memory;

    public long Run(Function f, ReadOnlySpan<long> arguments)
    {
        var values = new Dictionary<Value, long>();
        var block = f.Entry;
        Assign(values, block, arguments);
        for (; ; )
        {
            if (--_left < 0)
                throw new Stop(null);
            foreach (var id in block.Instructions)
                if (!f[id].Op.Info().IsTerminator)
                    Step(f, id, values);
            var end = f.TerminatorOf(block);
            if (f[end].Op == Op.Ret)
                return Of(f, values, f.Operands(end)[0]);
            var taken = Taken(f, end, values);
            long[] passed = [.. f.ArgumentsFor(end, taken).ToArray().Select(v => Of(f, values, v))];
            block = ((Successors)f[end].Payload!).Blocks[taken];
            Assign(values, block, passed);
        }
    }

    private static void Assign(Dictionary<Value, long> values, Block block, ReadOnlySpan<long> passed)
    {
        for (var n = 0; n < passed.Length; n++)
            values[block.Parameters[n]] = passed[n];
    }

    private static long Of(Function f, Dictionary<Value, long> values, Value v) =>
        f[v].Kind == ValueKind.Constant ? f[v].Bits : values[v];

    private static int Taken(Function f, int end, Dictionary<Value, long> values)
    {
        if (f[end].Op == Op.Jump)
            return 0;
        var v = Of(f, values, f.Operands(end)[0]);
        if (f[end].Op == Op.JumpIf)
            return v != 0 ? 0 : 1;
        var cases = ((Successors)f[end].Payload!).Cases;
        return cases.IndexOf(v) is var n and >= 0 ? n : cases.Length;
    }

    private void Step(Function f, int id, Dictionary<Value, long> values)
    {
        var i = f[id];
        long[] o = [.. f.Operands(id).ToArray().Select(v => Of(f, values, v))];
        long result = 0;
        switch (i.Op)
        {
            case Op.Conv:
                result = Evaluators.Convert(f.TypeOf(f.Operands(id)[0]), i.Type, o[0]);
                break;
            case Op.Select:
                result = o[0] != 0 ? o[1] : o[2];
                break;
            case Op.GlobalAddress:
                result = ((Global)i.Payload!).Address!.Value;
                break;
            case Op.PointerAdd:
                result = (uint)(o[0] + o[1] * i.Bits);
                break;
            case Op.MemLoad:
                result = Load(i.Type, (int)(o[0] + i.Bits));
                break;
            case Op.MemStore:
                Store(i.Type, (int)(o[0] + i.Bits), o[1]);
                break;
            case Op.Call:
                result = Run(((FunctionRef)i.Payload!).Function, o);
                break;
            default:
                if (!i.Op.Info().Evaluate!(i.Type, o[0], o[1], out result))
                    throw new Stop(i.Op == Op.Bounds ? TrapCode.IndexOutOfRange : TrapCode.DivideByZero);
                break;
        }
        if (i.Result.IsValid)
            values[i.Result] = result;
    }

    private long Load(MirType type, int at)
    {
        Span<byte> word = stackalloc byte[8];
        word.Clear();
        _memory.AsSpan(at, DataLayout.Flat32.SizeOf(type)).CopyTo(word);
        return Constants.Wrap(type, BinaryPrimitives.ReadInt64LittleEndian(word));
    }

    private void Store(MirType type, int at, long bits)
    {
        Span<byte> word = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(word, bits);
        word[..DataLayout.Flat32.SizeOf(type)].CopyTo(_memory.AsSpan(at));
    }
}
