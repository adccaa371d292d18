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

    /// <summary>
    /// T-states after which a program for the Z80 counts as endless, also when it collects all the time.
    /// </summary>
    private const long Budget = 400_000_000, StressBudget = 4_000_000_000;

    /// <summary>Code of what managed memory cannot do: addresses to compute with.</summary>
    private const int RawAddress = 1101;

    public static TheoryData<string> OnVm => For("vm");

    public static TheoryData<string> OnClr => For("clr");

    public static TheoryData<string> OnZ80 => For("z80");

    public static TheoryData<string> WithThreads =>
        [.. LangFile.All.Where(f => f.RunsOn("vm") && f.Name.StartsWith("concurrency/", StringComparison.Ordinal)
            && f.SkipReason("workers") is null).Select(f => f.Name)];

    /// <summary>Programs that may make objects on the heap.</summary>
    public static TheoryData<string> WithHeap => [.. LangFile.All.Where(f => f.RunsOn("z80") &&
        f.Name.Split('/')[0] is "heap" or "closures" or "concurrency" or "strings" or "interfaces" or "pointers"
        && f.SkipReason("stress") is null).Select(f => f.Name)];

    private static TheoryData<string> For(string target) =>
        [.. LangFile.All.Where(f => f.RunsOn(target)).Select(f => f.Name)];

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
    [MemberData(nameof(WithThreads))]
    public void Runs_on_the_vm_with_several_workers(string name)
    {
        RunOnVm(name, optimize: false, workers: 4);
        RunOnVm(name, optimize: true, workers: 4);
    }

    [Theory]
    [MemberData(nameof(WithHeap))]
    public void Runs_on_the_z80_while_everything_is_collected(string name)
    {
        RunOnZ80(name, optimize: false, stressHeap: true);
        RunOnZ80(name, optimize: true, stressHeap: true);
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

    private static void RunOnZ80(string name, bool optimize, bool stressHeap = false)
    {
        var file = LangFile.All.Single(f => f.Name == name);
        if (file.SkipReason("z80") is { } reason)
            Assert.Skip(reason);
        var module = file.Compile().Module!;
        if (optimize)
            Pipeline.Run(module, Pipeline.HighLevel.AsSpan());
        SkipWhenRefused(Z80Target.Compile(module, new EmitOptions("test", optimize)).Messages);
        var run = Z80Runner.Start(Z80Runner.Compile(module, optimize, stressHeap), stressHeap ? StressBudget : Budget);
        if (file.Trap is { } trap)
        {
            // The trap's message, without the name of its kind, follows what the program has printed.
            Assert.StartsWith(file.ExpectedOutput, run.Output);
            if (!Enum.TryParse<TrapCode>(trap, out _))
                Assert.Contains(trap, run.Output[file.ExpectedOutput.Length..]);
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
        var refused = messages.FirstOrDefault(m =>
            m.IsError && (m.Message.Contains("not supported") || m.Code == RawAddress));
        if (refused is not null)
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

    private static void RunOnVm(string name, bool optimize, bool moving = false, int workers = 1)
    {
        var file = LangFile.All.Single(f => f.Name == name);
        var module = file.Compile().Module!;
        var output = new MemoryStream();
        using var vm = VirtualMachine.Load(module, VmOptions.Default.Grant(HostServices.Ports) with
        {
            Optimize = optimize, Output = output, Fuel = Fuel, StressCollector = moving, Workers = workers,
            Assembly = SpectrumAssembly.Instance,
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
