using MinZ.Mir;
using MinZ.Vm.Interpreter;
using MinZ.Vm.Loading;

namespace MinZ.Vm;

/// <summary>Makes stack traces in MinZ terms from frames and location tables.</summary>
internal static unsafe class StackTrace
{
    /// <summary>Frames a trace shows at most: the innermost and the outermost half of this many.</summary>
    public const int Kept = 40;

    /// <summary>The trap with the stack at an instruction.</summary>
    public static VmTrap Capture(LoadedProgram program, TrapCode code, string message, Insn* ip, long* frame)
    {
        var inner = new List<StackFrame>();
        var outer = new Queue<StackFrame>();
        var omitted = 0;
        if (ip != null && ip->Op == Code.Translate)
            // The callee had not begun: its caller is to blame.
            Leave(ref ip, ref frame);
        while (ip != null && program.Find(ip) is { } f)
        {
            foreach (var line in Lines(program.Module, f.Function, f.Locations[(int)(ip - f.Code)]))
            {
                if (inner.Count < Kept / 2)
                {
                    inner.Add(line);
                    continue;
                }
                outer.Enqueue(line);
                if (outer.Count > Kept / 2)
                {
                    outer.Dequeue();
                    omitted++;
                }
            }
            Leave(ref ip, ref frame);
        }
        return new VmTrap(code, message, [.. inner, .. outer], omitted);
    }

    private static void Leave(ref Insn* ip, ref long* frame)
    {
        // A return address is behind the call it belongs to.
        ip = (Insn*)frame[-1] - 1;
        frame -= ((int*)frame)[-4];
    }

    private static IEnumerable<StackFrame> Lines(Module module, Function function, int location)
    {
        for (; ; )
        {
            var entry = location >= 0 && location < function.Locations.Count ? function.Locations[location] : default;
            var at = entry.Location;
            var file = at.IsKnown && at.File <= module.Files.Count ? module.Files[at.File - 1] : null;
            yield return new StackFrame(entry.InlinedFrom ?? function.Name, file, at.Line, at.Column);
            if (entry.InlinedAt == 0)
                yield break;
            location = entry.InlinedAt;
        }
    }
}
