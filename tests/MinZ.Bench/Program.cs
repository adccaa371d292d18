using MinZ.Bench;

// Each benchmark prints ratios of one run; none has a pass mark that a slow machine could miss.
switch (args)
{
    case ["vm", .. var rest]:
        return VmBench.Run(rest);
    case ["z80", .. var rest]:
        return Z80Bench.Run(rest);
    case ["threads", .. var rest]:
        return ThreadBench.Run(rest);
    case ["build", .. var rest]:
        return BuildBench.Run(rest);
    default:
        Console.Error.WriteLine("""
            MinZ.Bench vm [KERNEL…] [--aot PATH]   the interpreter against gcc -O2 and Lua 5.4; PATH: a published mir-vm
            MinZ.Bench z80 [KERNEL…]               T-states and bytes of MinZ, SDCC and assembly
                [--check | --list | --mir] [-O0]   only whether the results are right; the code; the MIR it is made from
            MinZ.Bench threads [MEASURE…]          green threads and messages against Erlang and Go
            MinZ.Bench build                       projects against C# ones; the compiler on a large file; hello
                [--projects | --compiler | --start]  only these
            """);
        return 2;
}
