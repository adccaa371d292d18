using MinZ.Frontend;
using MinZ.Frontend.Text;
using MinZ.Mir.Bytecode;
using MinZ.Mir.Passes;

// Compiles MinZ sources into one optimised module in binary form.
// Arguments: the file to write, then the sources.
var sources = args[1..].Select(path => new SourceText(File.ReadAllText(path), path)).ToArray();
var result = Compilation.Compile(sources, new CompilationOptions { ModuleName = "runtime", IsLibrary = true });
foreach (var d in result.Diagnostics)
    Console.Error.WriteLine(d);
if (result.Module is not { } module)
    return 1;
Pipeline.Run(module, Pipeline.HighLevel.AsSpan());
File.WriteAllBytes(args[0], MirbWriter.Write(module, new MirbWriterOptions(WithDebug: false)));
return 0;
