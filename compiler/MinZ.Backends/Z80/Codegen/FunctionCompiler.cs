using MinZ.Backends.Z80.Assembly;
using static MinZ.Backends.Z80.Assembly.Asm;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>From the register-transfer form of a function to its code.</summary>
internal static class FunctionCompiler
{
    public static void Run(LFunction function, EmitContext context, bool optimize)
    {
        RemoveUnused(function);
        Coalescer.Run(function);
        LoopCounters.Run(function);
        Allocator.Run(function, context);
        if (function.HasFreeConvention)
        {
            var entry = function.Blocks[0].Instructions[0];
            function.Convention.Parameters = [.. entry.Outs.Select(o => function.Locations[o])];
        }
        Emit(function, context);
        Peephole.Run(function.Code, optimize);
        function.Clobbers = ClobbersOf(function);
        if (!function.IsRecursive)
            function.Convention.Clobbers = function.Clobbers;
    }

    private static bool IsPure(LInst i) =>
        i.Op is LOp.Copy or LOp.Add or LOp.Sub or LOp.And or LOp.Or or LOp.Xor or LOp.Neg or LOp.Not or LOp.AddByte
            or LOp.OrByte or LOp.JoinBytes or LOp.Shl or LOp.Shr or LOp.Sar or LOp.Rotl or LOp.ZeroExtend
            or LOp.SignExtend or LOp.Truncate or LOp.Set or LOp.FrameAddress
        || (i.Op == LOp.Routine && i.Site is null && !i.Outs.IsEmpty);

    // Results nobody reads: comparisons that became part of a jump, the other half of a division.
    private static void RemoveUnused(LFunction function)
    {
        var uses = new int[function.Variables.Count];
        foreach (var a in function.Blocks.SelectMany(b => b.Instructions).SelectMany(i => i.Args))
            if (!a.IsConstant)
                uses[a.Register]++;
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var block in function.Blocks)
            {
                for (var n = block.Instructions.Count - 1; n >= 0; n--)
                {
                    var i = block.Instructions[n];
                    if (!IsPure(i) || i.Outs.Any(o => uses[o] > 0))
                        continue;
                    foreach (var a in i.Args)
                        if (!a.IsConstant)
                            uses[a.Register]--;
                    block.Instructions.RemoveAt(n);
                    changed = true;
                }
            }
        }
    }

    private static void Emit(LFunction function, EmitContext context)
    {
        var emitter = new Emitter(function, context);
        var code = function.Code;
        code.Add(At(function.Label));
        if (function.IsInterrupt)
            foreach (var pair in Emitter.InterruptSaves)
                code.Add(Push(pair));
        if (function.StackCheck is { } site)
            CheckStack(site, code, context);
        if (function.StackFrame > 0)
            EnterFrame(function, code);
        foreach (var block in BlockLayout.Order(function))
        {
            if (block.Label != function.Label)
                code.Add(At(block.Label));
            foreach (var inst in block.Instructions)
                code.AddRange(emitter.Emit(inst, function.Locations));
        }
    }

    private static void CheckStack(TrapSite site, List<Item> code, EmitContext context)
    {
        var routine = Runtime.RuntimeLibrary.CheckStack;
        context.Routines.Add(routine);
        var label = context.NewLabel();
        context.Traps.Add((label, site));
        code.Add(Call(routine.Label));
        code.Add(At(label));
    }

    // IX keeps the frame's address: the slots lie above it.
    private static void EnterFrame(LFunction function, List<Item> code)
    {
        code.Add(Push(IX));
        code.Add(Ld(IX, -function.StackFrame & 0xFFFF));
        code.Add(Add(IX, SP));
        code.Add(Ld(SP, IX));
    }

    private static int ClobbersOf(LFunction function)
    {
        var mask = 0;
        foreach (var item in function.Code)
            if (item is Instruction { Form: { } form })
                mask |= (int)form.Defs & ByteRegs.All;
        foreach (var i in function.Blocks.SelectMany(b => b.Instructions))
        {
            mask |= i.Payload switch
            {
                LFunction callee => callee.Convention.Clobbers,
                Convention c => c.Clobbers,
                Runtime.Routine r => r.Clobbers,
                AssemblyCode a => a.Clobbers,
                _ => 0,
            };
        }
        return function.KeepsFramePointer ? mask & ~RegSeq.IX.Mask : mask;
    }
}

/// <summary>
/// The order of blocks: chains along edges, unconditional ones first since following them directly saves the whole
/// jump, frequent ones before rare ones. A loop so gets its test at the bottom.
/// </summary>
internal static class BlockLayout
{
    public static List<LBlock> Order(LFunction function)
    {
        var blocks = function.Blocks;
        for (var b = 0; b < blocks.Count; b++)
            blocks[b].Index = b;
        var chain = blocks.ConvertAll(b => new List<LBlock> { b });
        var edges = new List<(LBlock From, LBlock To, double Weight)>();
        foreach (var b in blocks)
        {
            var last = b.Instructions[^1];
            for (var k = 0; k < last.Targets.Length; k++)
            {
                var to = last.Targets[k];
                var weight = Math.Min(b.Frequency, to.Frequency);
                edges.Add((b, to, last.Op == LOp.Jump ? weight * 10 : weight * (k == last.Targets.Length - 1 ? 3 : 2)));
            }
        }
        foreach (var (from, to, _) in edges.OrderByDescending(e => e.Weight))
        {
            var (a, c) = (chain[from.Index], chain[to.Index]);
            if (a == c || a[^1] != from || c[0] != to || to == blocks[0])
                continue;
            a.AddRange(c);
            foreach (var b in c)
                chain[b.Index] = a;
        }
        var order = new List<LBlock>();
        foreach (var b in blocks)
            if (chain[b.Index] is { Count: > 0 } list && !order.Contains(list[0]))
                order.AddRange(list);
        return order;
    }
}

/// <summary>
/// Turns "take one off, compare with zero, jump" at the end of a block into one instruction, which can be DJNZ.
/// </summary>
internal static class LoopCounters
{
    public static void Run(LFunction function)
    {
        foreach (var block in function.Blocks)
        {
            if (block.Instructions is not [.., { Op: LOp.Branch, Comparison: Comparison.Ne or Comparison.Eq } branch]
                || branch.Args[0].IsConstant || branch.Args[1].Number != 0 || branch.Size > 2)
                continue;
            Fuse(block, branch);
        }
    }

    private static void Fuse(LBlock block, LInst branch)
    {
        var counter = branch.Args[0].Register;
        for (var n = block.Instructions.Count - 2; n >= 0; n--)
        {
            var i = block.Instructions[n];
            if (i.Outs.Contains(counter))
            {
                if (i.Op == LOp.Add && i.Size == branch.Size && !i.Args[0].IsConstant && i.Args[0].Size == i.Size
                    && i.Args[1].Number is { } amount && amount << (32 - 8 * i.Size) >> (32 - 8 * i.Size) == -1
                    && MayMove(block, n, i))
                    Replace(block, n, i, branch);
                return;
            }
            if (i.Args.Any(a => a.Register == counter))
                return;
        }
    }

    // Nothing behind may change what is counted down.
    private static bool MayMove(LBlock block, int at, LInst i)
    {
        for (var n = at + 1; n < block.Instructions.Count - 1; n++)
            if (block.Instructions[n].Outs.Contains(i.Args[0].Register))
                return false;
        return true;
    }

    private static void Replace(LBlock block, int at, LInst i, LInst branch)
    {
        var targets = branch.Comparison == Comparison.Ne ? branch.Targets : [branch.Targets[1], branch.Targets[0]];
        block.Instructions.RemoveAt(at);
        block.Instructions[^1] = new LInst(LOp.DecrementBranch, i.Size)
        {
            Outs = i.Outs, Args = [i.Args[0]], Targets = targets, Position = branch.Position,
        };
    }
}
