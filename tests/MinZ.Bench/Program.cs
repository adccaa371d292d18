using MinZ.Bench;

// Each benchmark prints ratios of one run; none has a pass mark that a slow machine could miss.
switch (args)
{
    case ["vm", .. var rest]:
        return VmBench.Run(rest);
    default:
        Console.Error.WriteLine("""
            MinZ.Bench vm [KERNEL…] [--aot PATH]   the interpreter against gcc -O2 and Lua 5.4; PATH: a published mir-vm
            """);
        return 2;
}
