using System.Text;
using MinZ.Frontend;
using MinZ.Frontend.Text;
using MinZ.Mir;
using MinZ.Vm;
using MinZ.Vm.Assembly;
using Xunit;

namespace MinZ.Tests.VmAssembly;

/// <summary>Compiles small programs and runs them on the VM with a processor for their assembly.</summary>
internal static class Programs
{
    public static Module Compile(string source)
    {
        var result = Compilation.Compile([new SourceText(source, "test.minz")], new CompilationOptions
        {
            ModuleName = "test", Targets = ["z80"],
        });
        Assert.True(result.Succeeded, string.Join('\n', result.Diagnostics));
        return result.Module!;
    }

    public static VmOptions Options { get; } = VmOptions.Default with
    {
        Fuel = 1_000_000, Assembly = SpectrumAssembly.Instance,
    };

    /// <summary>Runs a program; what it printed and how it ended.</summary>
    public static (string Output, VmResult Result) Run(string source, VmOptions? options = null)
    {
        var output = new MemoryStream();
        using var vm = VirtualMachine.Load(Compile(source), (options ?? Options) with { Output = output });
        var result = vm.Run();
        return (Encoding.UTF8.GetString(output.ToArray()), result);
    }
}
