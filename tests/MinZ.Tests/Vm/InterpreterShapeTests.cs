using System.Reflection;
using System.Security.Cryptography;
using MinZ.Vm;
using Xunit;

namespace MinZ.Tests.Vm;

/// <summary>What the speed of the interpreter hangs on.</summary>
public sealed class InterpreterShapeTests
{
    /// <summary>CoreCLR does not optimise methods above 60,000 bytes of IL.</summary>
    private const int MostIl = 50_000;

    [Fact]
    public void The_loop_stays_small_enough_to_be_optimised()
    {
        var machine = typeof(VirtualMachine).Assembly.GetType("MinZ.Vm.Interpreter.Machine")!;
        var loop = machine.GetMethod("Execute", BindingFlags.NonPublic | BindingFlags.Instance)!;
        Assert.InRange(loop.GetMethodBody()!.GetILAsByteArray()!.Length, 1000, MostIl);
    }

    [Theory]
    [InlineData("Code.g.cs")]
    [InlineData("Interpreter.g.cs")]
    public void Generated_files_are_of_the_present_table(string file)
    {
        var tools = Path.Combine(Runs.Repository, "vm/tools");
        var generator = File.ReadAllBytes(Path.Combine(tools, "GenerateInterpreter.cs"));
        var table = File.ReadAllBytes(Path.Combine(tools, "Bytecodes.txt"));
        var hash = Convert.ToHexString(SHA256.HashData([.. generator, .. table]))[..16];
        var text = File.ReadAllText(Path.Combine(Runs.Repository, "vm/MinZ.Vm/Interpreter", file));
        Assert.True(text.Contains(hash, StringComparison.Ordinal), "run: dotnet run vm/tools/GenerateInterpreter.cs");
    }
}
