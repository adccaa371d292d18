using System.Collections.Immutable;
using MinZ.Backends.Runtime;
using MinZ.Backends.Z80.Assembly;
using MinZ.Backends.Z80.Codegen;
using MinZ.Backends.Z80.Formats;
using MinZ.Backends.Z80.Runtime;
using MinZ.Mir;
using MinZ.Mir.Lowering;
using MinZ.Mir.Passes;

namespace MinZ.Backends.Z80;

/// <summary>A program for the Spectrum before it is written to files.</summary>
/// <param name="Image">Its bytes and symbols; null after an error.</param>
/// <param name="Functions">Label of every function that was compiled, by its name in the module.</param>
/// <param name="Messages">Diagnostics.</param>
public sealed record Z80Program(Image? Image, ImmutableDictionary<string, Z80Function> Functions,
    ImmutableArray<TargetMessage> Messages);

/// <summary>How a compiled function is called from outside.</summary>
/// <param name="Label">Its label in the image.</param>
/// <param name="Parameters">Place of each parameter after lowering: a register name, or an address in
/// parentheses.</param>
/// <param name="Result">Register of the result; "-" for none.</param>
public sealed record Z80Function(string Label, ImmutableArray<string> Parameters, string Result);

/// <summary>The ZX Spectrum 48K.</summary>
public static class Z80Target
{
    /// <summary>The record in the registry.</summary>
    public static Target Target { get; } = new("z80", "ZX Spectrum 48K (Z80)",
        [".tap", ".sna", ".bin", ".map", ".sld", ".lst"], MemoryFamily.Flat, Emit)
    {
        CanDropChecks = true,
    };

    /// <summary>
    /// What an optimised build does to the lowered module, in order. Addresses are dear to compute and registers few:
    /// pointers move along, counters count down. Index checks tell what indices can be, so they go last when they go.
    /// </summary>
    /// <param name="checkBounds">False to drop index checks.</param>
    public static ImmutableArray<Pass> Passes(bool checkBounds) =>
    [
        .. Pipeline.Lowered, Pipeline.LoopSplitting, Pipeline.SeparateChecks, Pipeline.Licm, Pipeline.Gvn,
        Pipeline.LoadForwarding, Pipeline.MemoryLoops, Pipeline.PointerInduction,
        .. checkBounds ? ImmutableArray<Pass>.Empty : [Pipeline.DropChecks],
        Pipeline.Dce, Pipeline.CountDown, Pipeline.Fold, Pipeline.Gvn, Pipeline.Dce, Pipeline.SimplifyCfg,
    ];

    /// <summary>
    /// The label a function or global has in <c>.map</c> and <c>.lst</c>, unless another one took it before.
    /// </summary>
    public static string LabelOf(string name) => AsmNames.Spell(name);

    private const int MissingBody = 1003;

    private static EmitResult Emit(Module module, EmitOptions options)
    {
        var program = Compile(module, options);
        if (program.Image is not { } image)
            return new EmitResult([], program.Messages);
        var start = image[Linker.Start];
        string FileName(int file) => file >= 1 && file <= module.Files.Count ? module.Files[file - 1] : "";
        var lines = new Dictionary<int, string[]?>();
        string? Line(int file, int line)
        {
            if (!lines.TryGetValue(file, out var text))
                lines[file] = text = file >= 1 && file <= module.Files.Count
                    ? options.SourceText?.Invoke(module.Files[file - 1])?.ReplaceLineEndings("\n").Split('\n') : null;
            return text is not null && line >= 1 && line <= text.Length ? text[line - 1] : null;
        }
        return new EmitResult(
        [
            new(".tap", [.. TapWriter.Write(image, new TapOptions(options.Name, start))]),
            new(".sna", [.. SnaWriter.Write(image, new SnaOptions(start))]),
            new(".bin", image.Bytes),
            new(".map", [.. MapWriter.Write(image)]),
            new(".sld", [.. SldWriter.Write(image, FileName)]),
            new(".lst", [.. ListingWriter.Write(image, FileName, Line)]),
        ], program.Messages);
    }

    // There is one stack pointer, the widest integer has 32 bits, and there are no floats.
    private static IReadOnlyList<LoweringError> LowerToMachine(Module module, out ThreadHooks hooks)
    {
        var runtime = new RuntimeFunctions(module, RuntimeModule.Load, RuntimeLibrary.Natives.Keys.ToHashSet());
        hooks = CooperativeThreads.Lower(module, runtime);
        SoftFloat.Lower(module, runtime);
        return WideIntegers.Lower(module, runtime);
    }

    private static bool Has(Module module, Op op) =>
        module.Functions.Any(f => f.Blocks.Any(b => b.Instructions.Any(id => f[id].Op == op)));

    /// <summary>Compiles a module to an image. The module is left as it is.</summary>
    /// <param name="module">A verified module, high-level or lowered to the layout of the Z80.</param>
    /// <param name="options">What the build asks for.</param>
    /// <param name="origin">Address of the first byte.</param>
    /// <param name="stressHeap">
    /// True to collect at every allocation and to overwrite what is free: finds what the collector overlooks.
    /// </param>
    public static Z80Program Compile(Module module, EmitOptions options, int origin = Linker.DefaultOrigin,
        bool stressHeap = false)
    {
        module = module.Clone();
        List<TargetMessage> messages = [.. MissingFunctions.Report(module, MissingBody)];
        if (module.Layout is null)
            MissingFunctions.GiveTraps(module);
        // A message that may be reported is made as it is everywhere else.
        if (!Has(module, Op.Spawn))
            TrapMessages.Lower(module);
        if (module.Layout is null)
            foreach (var e in FlatMemory.Lower(module, DataLayout.Z80))
                messages.Add(new TargetMessage(1002, e.Message, null, e.Location));
        var hooks = new ThreadHooks(null, null, false);
        if (!messages.Any(m => m.IsError))
            foreach (var e in LowerToMachine(module, out hooks))
                messages.Add(new TargetMessage(1002, e.Message, null, e.Location));
        if (module.Main is null && !module.Functions.Any(f => f.Is(FunctionFlags.Export)))
            messages.Add(new TargetMessage(1000, "a program for z80 needs a function 'main'", "add: fun main() { }",
                default));
        if (messages.Any(m => m.IsError))
            return new Z80Program(null, [], [.. messages]);
        if (options.Optimize)
            Pipeline.Run(module, Passes(options.CheckBounds).AsSpan());
        SeparateHandlers.Run(module);
        var scope = new ProgramScope(module, options) { Hooks = hooks, StressesHeap = stressHeap };
        var program = new ProgramCompiler(scope);
        program.Run();
        var image = scope.Messages.Any(m => m.IsError) ? null : Linker.Link(scope, program, origin);
        messages.AddRange(scope.Messages);
        var functions = program.Functions.ToImmutableDictionary(f => f.Function.Name, f => new Z80Function(f.Code.Label,
            [.. f.Code.Convention.Parameters.Select(p => p.ToString())], f.Code.Convention.Result.ToString()));
        return new Z80Program(image, functions, [.. messages]);
    }
}
