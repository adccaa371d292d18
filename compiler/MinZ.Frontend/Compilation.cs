using MinZ.Frontend.Binding;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Emit;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend;

/// <summary>What a compilation yields.</summary>
/// <param name="Module">The program as high-level MIR; null when there are errors.</param>
/// <param name="Diagnostics">Everything found, by file and place.</param>
public sealed record CompilationResult(Module? Module, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>
    /// Sources that metafunctions made, under the paths that the module and the diagnostics give them.
    /// </summary>
    public IReadOnlyList<SourceText> Generated { get; init; } = [];

    /// <summary>True when the program compiles.</summary>
    public bool Succeeded => Module is not null;
}

/// <summary>
/// The front end: MinZ sources in, MIR and diagnostics out. Pure, and never throws on errors of the user.
/// </summary>
public static class Compilation
{
    /// <summary>How often a program is bound at most, until the types of its variables no longer grow.</summary>
    private const int MostRounds = 8;

    /// <summary>Compiles a program or library.</summary>
    /// <param name="sources">All files of the project, in a stable order.</param>
    /// <param name="options">See <see cref="CompilationOptions"/>.</param>
    public static CompilationResult Compile(IReadOnlyList<SourceText> sources, CompilationOptions options)
    {
        SyntaxTree[] trees = [.. sources.Select(SyntaxTree.Parse)];
        var globalTypes = new Inference();
        for (var round = 1; ; round++)
        {
            var diagnostics = new DiagnosticBag();
            using var program = new ProgramBinder(options, diagnostics, globalTypes);
            globalTypes.BeginRound();
            program.Load(trees);
            program.BindAll();
            globalTypes.EndRound();
            if (!globalTypes.Changed || round == MostRounds)
                return Finish(program, diagnostics);
        }
    }

    private static CompilationResult Finish(ProgramBinder program, DiagnosticBag diagnostics)
    {
        Module? module = null;
        if (!diagnostics.HasErrors)
        {
            module = ModuleEmitter.Emit(program);
            if (!diagnostics.HasErrors)
                CheckLifetimes(module, program.Files, diagnostics);
            if (!diagnostics.HasErrors)
                module = program.LinkMir(module);
            if (!diagnostics.HasErrors)
                program.CheckUsage();
        }
        // What only emission reaches (instances, library functions) is bound on the way.
        return new CompilationResult(
            diagnostics.HasErrors ? null : module, program.Expansions.Locate(diagnostics.WithoutEchoes()))
        {
            Generated = program.Expansions.Sources,
        };
    }

    /// <summary>
    /// Reports references that would outlive their variable. How long a reference lives is known in MIR only, where the
    /// verifier follows it through every path.
    /// </summary>
    private static void CheckLifetimes(Module module, IReadOnlyList<SourceText> files, DiagnosticBag diagnostics)
    {
        foreach (var function in module.Functions.Where(RefersToSlots))
            foreach (var error in Verifier.Verify(module, function))
                if (error is { Code: MirCodes.Escapes, Location: { IsKnown: true } at })
                    diagnostics.OutlivesVariable(PlaceOf(files[at.File - 1], at));
    }

    private static bool RefersToSlots(Function function) => function.Blocks.Any(b => b.Instructions.Any(id =>
        function[id].Op is Op.Ref or Op.RefMut or Op.SliceOf && function[id].Payload is Place { Local: not null }));

    private static Location PlaceOf(SourceText source, SourceLocation at) =>
        source.At(new TextSpan(source.LineSpan(at.Line).Start + at.Column - 1, at.Length));
}
