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
    /// <summary>True when the program compiles.</summary>
    public bool Succeeded => Module is not null;
}

/// <summary>
/// The front end: MinZ sources in, MIR and diagnostics out. Pure, and never throws on errors of the user.
/// </summary>
public static class Compilation
{
    /// <summary>Compiles a program or library.</summary>
    /// <param name="sources">All files of the project, in a stable order.</param>
    /// <param name="options">See <see cref="CompilationOptions"/>.</param>
    public static CompilationResult Compile(IReadOnlyList<SourceText> sources, CompilationOptions options)
    {
        var diagnostics = new DiagnosticBag();
        var program = new ProgramBinder(options, diagnostics);
        program.Load([.. sources.Select(SyntaxTree.Parse)]);
        program.BindAll();
        if (diagnostics.HasErrors)
            return new CompilationResult(null, diagnostics.WithoutEchoes());
        var module = ModuleEmitter.Emit(program);
        // What only emission reaches (instances, library functions) is bound on the way.
        return new CompilationResult(diagnostics.HasErrors ? null : module, diagnostics.WithoutEchoes());
    }
}
