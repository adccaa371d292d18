using System.Text;
using MinZ.Backends;
using MinZ.Mir;
using MinZ.Mir.Passes;
using MinZ.Vm;
using MinZ.Vm.Assembly;
using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Samples;

/// <summary>What a run of a program came to.</summary>
/// <param name="Output">What it printed, lines ended by <c>\n</c>.</param>
/// <param name="ExitCode">The value of <c>main</c>.</param>
internal sealed record ProgramRun(string Output, int ExitCode);

/// <summary>Runs whole programs.</summary>
internal static class Runs
{
    /// <summary>Calls and loop iterations after which a program counts as endless.</summary>
    private const long Fuel = 200_000_000;

    /// <summary>Frames of a fiftieth of a second after which a program counts as endless.</summary>
    private const int Frames = 20_000;

    /// <summary>On the VM; ports read as if nothing were connected.</summary>
    public static ProgramRun OnVm(Module module, bool optimize)
    {
        var output = new MemoryStream();
        var options = VmOptions.Default.Grant(HostServices.Ports) with
        {
            Optimize = optimize, Output = output, Fuel = Fuel, Assembly = SpectrumAssembly.Instance,
        };
        using var vm = VirtualMachine.Load(module, options);
        var result = vm.Run();
        Assert.Null(result.Trap);
        return new ProgramRun(Encoding.UTF8.GetString(output.ToArray()), result.ExitCode ?? -1);
    }

    /// <summary>As a tape on the Spectrum.</summary>
    public static ProgramRun OnSpectrum(Module module, bool optimize)
    {
        var machine = new Spectrum();
        machine.Load(TapFile.Parse(File(Emit(module, optimize), ".tap")));
        var text = new PrintedText();
        machine.Printed = code => text.Add(code);
        var stop = machine.RunFrames(Frames);
        Assert.True(stop.Reason == StopReason.Returned, $"{stop}\n{text}");
        return new ProgramRun(text.ToString(), (byte)stop.Value);
    }

    /// <summary>All files the Z80 target makes of a program. Skips the test where the target is not built in.</summary>
    public static EmitResult Emit(Module module, bool optimize)
    {
        var target = Targets.Find("z80");
        Assert.SkipWhen(target is null, "this build has no z80 target");
        var program = module.Clone();
        if (optimize)
            Pipeline.Run(program, Pipeline.HighLevel.AsSpan());
        var result = target!.Emit(program, new EmitOptions("sample", optimize));
        Assert.True(result.Success, string.Join('\n', result.Messages.Select(m => m.Message)));
        return result;
    }

    /// <summary>One of the files of a build.</summary>
    public static ReadOnlySpan<byte> File(EmitResult result, string extension) =>
        result.Files.Single(f => f.Extension == extension).Bytes.AsSpan();
}
