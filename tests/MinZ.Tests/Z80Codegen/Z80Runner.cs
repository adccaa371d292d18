using Xunit;
using MinZ.Backends;
using MinZ.Backends.Z80;
using MinZ.Mir;
using MinZ.Z80;

namespace MinZ.Tests.Z80Codegen;

/// <summary>Compiles modules and runs them on the built-in Spectrum.</summary>
internal static class Z80Runner
{
    /// <summary>What a program did.</summary>
    public sealed record Run(string Output, Stop Stop, long TStates, Spectrum Machine);

    public static Z80Program Compile(Module module, bool optimize = true, bool stressHeap = false)
    {
        var program = Z80Target.Compile(module, new EmitOptions("test", optimize), stressHeap: stressHeap);
        Assert.True(program.Image is not null, string.Join("\n", program.Messages.Select(m => m.Message)));
        return program;
    }

    /// <summary>A machine with the program in memory.</summary>
    public static Spectrum Load(Z80Program program)
    {
        var machine = new Spectrum();
        machine.LoadBinary(program.Image!.Origin, program.Image.Bytes.AsSpan());
        machine.Cpu.Regs.SP = (ushort)(program.Image.Origin - 16);
        return machine;
    }

    /// <summary>Runs from the start-up code on, as BASIC would by USR.</summary>
    public static Run Start(Z80Program program, long budget = 200_000_000)
    {
        var machine = Load(program);
        var printed = new PrintedText();
        machine.Printed = b => printed.Add(b);
        var result = machine.Call((ushort)program.Image!["__start"], null, budget);
        return new Run(printed.ToString(), result.Stop, result.TStates, machine);
    }
}
