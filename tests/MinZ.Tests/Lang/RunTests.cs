using System.Text;
using MinZ.Backends;
using MinZ.Backends.Z80;
using MinZ.Mir;
using MinZ.Mir.Passes;
using MinZ.Tests.Clr;
using MinZ.Tests.Z80Codegen;
using MinZ.Vm;
using MinZ.Vm.Assembly;
using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Lang;

/// <summary>Every program of <c>tests/lang</c> does what it says on every engine and optimisation level.</summary>
public sealed class RunTests
{
    /// <summary>Loop iterations and calls after which a program counts as endless.</summary>
    private const long Fuel = 50_000_000;

    /// <summary>Code of what managed memory cannot do: addresses to compute with.</summary>
    private const int RawAddress = 1101;

    public static TheoryData<string> OnVm => For("vm");

    public static TheoryData<string> OnClr => For("clr");

    public static TheoryData<string> OnZ80 => For("z80");

    private static TheoryData<string> For(string target) => [.. LangFile.All.Where(f => f.RunsOn(target)).Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(OnVm))]
    public void Runs_on_the_vm_as_written(string name) => RunOnVm(name, optimize: false);

    [Theory]
    [MemberData(nameof(OnVm))]
    public void Runs_on_the_vm_optimised(string name) => RunOnVm(name, optimize: true);

    [Theory]
    [MemberData(nameof(OnVm))]
    public void Runs_on_the_vm_while_everything_moves(string name)
    {
        RunOnVm(name, optimize: false, moving: true);
        RunOnVm(name, optimize: true, moving: true);
    }

    [Theory]
    [MemberData(nameof(OnClr))]
    public void Runs_on_clr_as_written(string name) => RunOnClr(name, optimize: false);

    [Theory]
    [MemberData(nameof(OnClr))]
    public void Runs_on_clr_optimised(string name) => RunOnClr(name, optimize: true);

    [Theory]
    [MemberData(nameof(OnZ80))]
    public void Runs_on_the_z80_as_written(string name) => RunOnZ80(name, optimize: false);

    [Theory]
    [MemberData(nameof(OnZ80))]
    public void Runs_on_the_z80_optimised(string name) => RunOnZ80(name, optimize: true);

    private static void RunOnZ80(string name, bool optimize)
    {
        var file = LangFile.All.Single(f => f.Name == name);
        if (file.SkipReason("z80") is { } reason)
            Assert.Skip(reason);
        var module = file.Compile().Module!;
        if (optimize)
            Pipeline.Run(module, Pipeline.HighLevel.AsSpan());
        SkipWhenRefused(Z80Target.Compile(module, new EmitOptions("test", optimize)).Messages);
        var run = Z80Runner.Start(Z80Runner.Compile(module, optimize));
        if (file.Trap is not null)
        {
            // The trap's message follows what the program has printed.
            Assert.StartsWith(file.ExpectedOutput, run.Output);
            Assert.Equal(StopReason.Halted, run.Stop.Reason);
            return;
        }
        Assert.Equal(file.ExpectedOutput, run.Output);
        Assert.Contains(run.Stop.Reason, (StopReason[])[StopReason.Returned, StopReason.Exited]);
        Assert.Equal(file.ExitCode, run.Stop.Value);
    }

    /// <summary>A target says what it cannot do; the program is left out there until it can.</summary>
    private static void SkipWhenRefused(IEnumerable<TargetMessage> messages)
    {
        if (messages.FirstOrDefault(m => m.IsError && (m.Message.Contains("not supported") || m.Code == RawAddress)) is { } refused)
            Assert.Skip(refused.Message);
    }

    private static void RunOnClr(string name, bool optimize)
    {
        var file = LangFile.All.Single(f => f.Name == name);
        if (file.SkipReason("clr") is { } reason)
            Assert.Skip(reason);
        var module = file.Compile().Module!;
        if (optimize)
            Pipeline.Run(module, Pipeline.HighLevel.AsSpan());
        SkipWhenRefused(Targets.Find("clr")!.Emit(module, new EmitOptions(module.Name)).Messages);
        using var program = new ClrProgram(module);
        var (output, trap, exitCode) = program.Run();
        Assert.Equal(file.ExpectedOutput, output);
        if (file.Trap is { } expected)
            Assert.Contains(expected, trap ?? "no trap");
        else
            Assert.Equal((null, file.ExitCode), (trap, exitCode));
        foreach (var test in module.Functions.Where(f => f.Is(FunctionFlags.Test)))
            program.Call(test.Name);
    }

    private static void RunOnVm(string name, bool optimize, bool moving = false)
    {
        var file = LangFile.All.Single(f => f.Name == name);
        var module = file.Compile().Module!;
        var output = new MemoryStream();
        using var vm = VirtualMachine.Load(module, VmOptions.Default.Grant(HostServices.Ports) with
        {
            Optimize = optimize, Output = output, Fuel = Fuel, StressCollector = moving, Assembly = SpectrumAssembly.Instance,
        });
        var result = vm.Run();
        Assert.Equal(file.ExpectedOutput, Encoding.UTF8.GetString(output.ToArray()));
        if (file.Trap is { } trap)
            Assert.Contains(trap, result.Trap?.ToString() ?? "no trap");
        else
            Assert.Equal((null, file.ExitCode), (result.Trap, result.ExitCode));
        foreach (var test in module.Functions.Where(f => f.Is(FunctionFlags.Test)))
            Assert.Null(vm.Call(test.Name).Trap);
    }
}
