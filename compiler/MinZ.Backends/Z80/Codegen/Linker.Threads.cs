using MinZ.Backends.Z80.Assembly;
using MinZ.Backends.Z80.Runtime;
using static MinZ.Backends.Z80.Assembly.Asm;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>How large the stacks of threads are, and how the ring of threads starts.</summary>
internal sealed partial class Linker
{
    /// <summary>Bytes on the stack of whoever runs when the ROM handles an interrupt.</summary>
    private const int RomInterruptBytes = 36;

    /// <summary>Bytes a thread gets for calls of recursive functions.</summary>
    private const int RecursionBytes = 512;

    /// <summary>
    /// Start of the ROM's count of frames, which it leaves alone where the program handles interrupts.
    /// </summary>
    private const int Frames3 = 0x5C78;

    private const string FrameCounter = "__count_frame";

    // The ring of threads hangs on them.
    private static readonly (string Symbol, int Size, string Title)[] ThreadCells =
    [
        ("__thread", 2, "threads"),
        ("__thread_main", RuntimeLibrary.ThreadRecordBytes + RuntimeLibrary.LastThreadBytes, "threads"),
    ];

    private bool UsesThreads => RuntimeLibrary.UsesThreads(_routines);

    private bool CountsFrames => HasHandler && _routines.Contains(RuntimeLibrary.ThreadClock);

    /// <summary>Name of the number of bytes a thread needs that begins with the code of a label.</summary>
    public static string StackOf(string label) => "__stack_of_" + label;

    // The ring at the start: the main program alone.
    private void AddMainThread()
    {
        const int size = RuntimeLibrary.ThreadRecordBytes + RuntimeLibrary.LastThreadBytes;
        Add(Ld(HL, "__thread_main"), Ld(DE, Imm(Expr.Of("__thread_main") + 1)), Ld(BC, size - 1), Ld(IndHL, 0), Ldir());
        // The main program is the first thread.
        Add(Ld(HL, 1), Ld(Mem(Expr.Of("__thread_main") + RuntimeLibrary.ThreadRecordBytes), HL));
        Add(Ld(HL, "__thread_main"), Ld(Mem("__thread"), HL), Ld(Mem("__thread_main"), HL));
        Add(Ld(HL, Mem("__stack")), Ld(Mem(Expr.Of("__thread_main") + 4), HL));
    }

    // What the ROM's handler would do for the clock.
    private void AddFrameCounter() =>
        Add(At(FrameCounter), Push(HL), Ld(HL, Mem(Frames3)), Inc(HL), Ld(Mem(Frames3), HL), Pop(HL),
            Jp(_scope[_program.Handlers.First()].Label));

    // The names that routines and spawns use.
    private void AddThreads(List<Item> names)
    {
        if (_scope.Hooks.Deadlock is { } deadlock)
            names.Add(new Equ("__thread_deadlock", _scope[deadlock].Label));
        if (_scope.Hooks.Ended is not { } ended)
            return;
        names.Add(new Equ("__thread_ended", _scope[ended].Label));
        var depth = new StackDepth(_items, _scope.AddressTaken.Select(f => _scope[f].Label));
        var checkedOnes = _program.Functions.Where(f => f.Code.ChecksStack).Select(f => f.Code.Label).ToList();
        names.Add(new Equ("__stack_margin", RuntimeLibrary.ThreadRecordBytes + InterruptBytes(depth) +
            checkedOnes.Select(depth.Of).DefaultIfEmpty().Max()));
        var end = depth.Of(_scope[ended].Label) + 2;
        foreach (var f in _scope.Spawned.OrderBy(f => _scope[f].Label, StringComparer.Ordinal))
        {
            var label = _scope[f].Label;
            var used = Math.Max(end, depth.Of(label) + 2) + (depth.MayRecurse(label) ? RecursionBytes : 0);
            names.Add(new Equ(StackOf(label), RuntimeLibrary.ThreadRecordBytes + InterruptBytes(depth) +
                Math.Max(used, RuntimeLibrary.FirstStackBytes)));
        }
    }

    // A handler begins with the address it interrupted, and the count of frames saves one pair.
    private int InterruptBytes(StackDepth depth) =>
        HasHandler ? 4 + _program.Handlers.Max(h => depth.Of(_scope[h].Label)) : RomInterruptBytes;
}
