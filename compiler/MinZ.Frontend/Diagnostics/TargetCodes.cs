namespace MinZ.Frontend.Diagnostics;

/// <summary>MZ1000-MZ1199: what a target cannot do with a program.</summary>
public static class TargetCodes
{
    private static readonly CodeTable Spectrum = new(1000, 1059);
    private static readonly CodeTable Vm = new(1060, 1099);
    private static readonly CodeTable DotNet = new(1100, 1199);

    /// <summary>Every code of the targets.</summary>
    public static IEnumerable<DiagnosticCode> All { get; } = Collect();

    private static IEnumerable<DiagnosticCode> Collect()
    {
        Spectrum.Error(1000, "No main function",
            "A Spectrum program starts in `main`. Libraries are not built for the Spectrum; build a program that "
            + "uses them.");
        Spectrum.Error(1001, "Not supported on the Spectrum yet",
            "The Z80 has no instructions for this and the SDK has no routine for it yet. The message says which. "
            + "Integers, arrays, structs, strings, closures and memory from the heap all work.");
        Spectrum.Error(1002, "Value without a form in memory",
            "The program uses a value that memory of the Z80 cannot hold yet, such as an interface value or a "
            + "closure.");
        Spectrum.Warning(1003, "Function without body",
            "A function that is only declared needs an address to be called at, as in @extern(0x0D6B); the "
            + "routines of the ROM are found by their names, too. Without one a call of it stops the program.");
        Spectrum.Error(1004, "Program too large",
            "Code and data must fit between the program's first address and the top of memory. The message lists "
            + "what is largest. Smaller tables, fewer copies of text and CheckBounds=false make room.");
        Spectrum.Error(1005, "Assembly for another target",
            "Inline assembly is for one target. Put it behind @target(\"…\") where a program is built for several.");
        Spectrum.Error(1006, "Wrong assembly",
            "A line of inline assembly is no Z80 instruction or directive, or an operand does not fit it.");
        Spectrum.Error(1007, "Not a register for a value",
            "Values are handed to and from assembly in a, b, c, d, e, h, l, bc, de, hl, ix or dehl, by their size.");
        Spectrum.Error(1008, "Register does not fit the parameter",
            "@abi names one register per parameter, of the parameter's size: 8 bits in a, b, …; 16 bits in hl, de, bc; "
            + "32 bits in dehl. No register can hold two.");
        Spectrum.Error(1009, "Function shared with an interrupt handler",
            "A function called through its address both by an interrupt handler and by the main program must not "
            + "keep variables in memory, since one call could overwrite the other's. Give the handler a function of "
            + "its own.");
        Spectrum.Error(1010, "Assembling failed",
            "The finished program did not assemble: a label twice, a name nobody defines, or a value out of range.");
        Spectrum.Warning(1011, "Two interrupt handlers",
            "The Spectrum has one interrupt, which calls the first handler of the program. Call the second one "
            + "from the first.");
        Spectrum.Error(1012, "Calling convention not there",
            "@abi(\"stack\") and @abi(\"shadow\") promise assembly that parameters lie on the stack or in the "
            + "second register set. The SDK does not pass them so. Name the parameters in the assembly, or give them "
            + "registers, as in @abi(\"register: A=x, HL=y\").");
        Spectrum.Error(1040, "Heap in an interrupt handler",
            "An interrupt may come while the main program is handing out memory, so a handler, and what it calls, "
            + "must not make boxes, slices or strings. Keep what it needs in globals.");
        Spectrum.Error(1041, "Routines shared with an interrupt handler",
            "Long division, floats and the like work in the shadow registers and in memory of their own, which a "
            + "handler does not save. An interrupt may come while the main program is within such a routine, so only "
            + "one of both may use it.");
        Spectrum.Error(1042, "Threads in an interrupt handler",
            "A handler runs at any moment on the stack of whoever runs then. It must not wait, send, receive, "
            + "start threads or give way, nor call what does. Let it set a global that a thread looks at.");
        DotNet.Error(1100, "Not supported on .NET yet",
            "The program uses a feature that has no form on .NET yet. The message says which.");
        DotNet.Error(1101, "Address that .NET cannot give",
            "Objects of .NET move, so their raw addresses cannot be stored, compared or computed with. References (&T, "
            + "&mut T) can be used for most of it.");
        DotNet.Warning(1102, "Assembly on .NET",
            "Inline assembly runs on its own target only. On .NET the program stops with a trap when it comes there.");
        Vm.Warning(1060, "Function without body on the VM",
            "A function that is only declared stops a program on the VM with a trap when it is called, unless a "
            + "module that is linked with it has the function, or it has an address in memory of the Spectrum.");
        DotNet.Warning(1103, "Function without body on .NET",
            "A function that is only declared, for a routine in ROM say, stops the program on .NET with a trap "
            + "when called.");
        return [.. Spectrum.All, .. Vm.All, .. DotNet.All];
    }
}
