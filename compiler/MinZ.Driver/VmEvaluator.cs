using System.Collections.Immutable;
using MinZ.Frontend.CompileTime;
using MinZ.Mir;
using MinZ.Vm;

namespace MinZ.Driver;

/// <summary>
/// Runs compile-time code on the MIR VM, in a sandbox without any capability: equal programs give equal results on
/// every machine. Stateless; any number of compilations may share <see cref="Instance"/>.
/// </summary>
public sealed class VmEvaluator : ICompileTimeEvaluator
{
    // Deep enough for any sensible recursion, and found soon when there is no end.
    private const int MaxDepth = 20_000;
    private const int StackBytes = 8 << 20;

    private VmEvaluator()
    {
    }

    /// <summary>The evaluator.</summary>
    public static VmEvaluator Instance { get; } = new();

    /// <inheritdoc/>
    public CompileTimeRun Run(
        Module module, string function, CompileTimeLimits limits, Action<long, ReadMemory> read)
    {
        var texts = ImmutableArray.CreateBuilder<CompileTimeText>();
        HostFunction Service(string name) => call =>
        {
            texts.Add(new CompileTimeText(name, call.Text(0)));
            return 0;
        };
        VmOptions options = new()
        {
            MemoryLimit = limits.MemoryBytes,
            StackBytes = StackBytes,
            MaxDepth = MaxDepth,
            Fuel = limits.Steps,
            Capabilities = [],
            Optimize = false,
            Natives = ImmutableDictionary<string, HostFunction>.Empty
                .Add(CompileTimeServices.Emit, Service(CompileTimeServices.Emit))
                .Add(CompileTimeServices.Note, Service(CompileTimeServices.Note)),
        };
        try
        {
            using var machine = VirtualMachine.Load(module, options);
            VmResult result = machine.Call(function);
            if (result.Trap is { } trap)
            {
                return new CompileTimeRun(StopOf(trap), texts.ToImmutable());
            }

            read(result.Bits, machine.TryRead);
            return new CompileTimeRun(null, texts.ToImmutable());
        }
        catch (VmLoadException e)
        {
            return new CompileTimeRun(new CompileTimeStop(TrapCode.Denied, e.Message, []), texts.ToImmutable());
        }
    }

    private static CompileTimeStop StopOf(VmTrap trap) => new(trap.Code, trap.Message,
        [.. trap.Stack.Select(f => new CompileTimeFrame(f.Function, f.File, f.Line, f.Column))]);
}
