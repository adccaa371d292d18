using System.Runtime.CompilerServices;
using MinZ.Mir;
using MinZ.Mir.Text;
using MinZ.Vm;
using Xunit;

namespace MinZ.Tests.Vm;

/// <summary>Makes machines from MIR text.</summary>
internal static class Runs
{
    /// <summary>The repository's root folder.</summary>
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!,
        "../../.."));

    private static string Here([CallerFilePath] string path = "") => path;

    public static Module Read(string text)
    {
        var read = MirReader.Read(text);
        Assert.True(read.Errors.IsEmpty, string.Join('\n', read.Errors));
        return read.Module!;
    }

    public static VirtualMachine Load(string text, VmOptions? options = null) =>
        VirtualMachine.Load(Read(text), options ?? VmOptions.Default with { Optimize = false });

    /// <summary>Calls a function with and without optimisation; both must come to the same.</summary>
    public static VmResult Call(string text, string function, params long[] arguments)
    {
        using var plain = Load(text, VmOptions.Default with { Optimize = false });
        using var optimised = Load(text, VmOptions.Default with { Optimize = true });
        var result = plain.Call(function, arguments);
        var second = optimised.Call(function, arguments);
        Assert.Equal((result.Bits, result.Trap?.Code, result.Trap?.Message),
            (second.Bits, second.Trap?.Code, second.Trap?.Message));
        return result;
    }

    /// <summary>What a call writes to the console.</summary>
    public static string Output(string text, string function = "main")
    {
        var output = new MemoryStream();
        using var vm = Load(text, VmOptions.Default with { Output = output });
        var result = vm.Call(function);
        Assert.Null(result.Trap);
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }
}
