using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using MinZ.Backends;
using MinZ.Backends.Z80;
using MinZ.Backends.Z80.Assembly;
using MinZ.Frontend;
using MinZ.Frontend.Text;
using MinZ.Mir;
using MinZ.Mir.Lowering;
using MinZ.Mir.Passes;
using MinZ.Mir.Text;

namespace MinZ.Bench;

/// <summary>A kernel in machine code.</summary>
/// <param name="Memory">64 KB with the code in its place.</param>
/// <param name="Bytes">Size of the function with all it calls, without start-up code and arrays.</param>
/// <param name="Symbols">Address of a symbol of the source; null when unknown.</param>
/// <param name="WordIn">Register of u16 results.</param>
internal sealed record Z80BenchCode(byte[] Memory, int Bytes, Func<string, int?> Symbols, WordRegister WordIn);

/// <summary>Where a u16 is returned.</summary>
internal enum WordRegister
{
    HL,
    DE,
}

/// <summary>Source to machine code, by each of the compilers.</summary>
internal static class Z80BenchCompilers
{
    private const int Origin = 0x8000;
    private const int AddressSpace = 0x10000;

    /// <summary>Assembles the hand-written version.</summary>
    public static Z80BenchCode Assembly(Z80Kernel kernel)
    {
        var parsed = AsmParser.Parse(File.ReadAllText(kernel.Source(".z80")));
        var result = Assembler.Assemble(parsed.Items, new AssemblerOptions { Origin = Origin });
        if (result.Image is not { } image || !parsed.Errors.IsEmpty)
            throw new InvalidDataException($"{kernel.Name}: " + string.Join("; ", parsed.Errors.Concat(result.Errors)));
        return new Z80BenchCode(MemoryOf(image), image.Bytes.Length, name => Find(image, name), WordRegister.HL);
    }

    /// <summary>Compiles the MinZ version.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="optimize">False for -O0.</param>
    /// <param name="checkBounds">True for index checks, which C does not have.</param>
    public static Z80BenchCode MinZ(Z80Kernel kernel, bool optimize, bool checkBounds) =>
        Code(Compile(kernel, optimize, checkBounds));

    /// <summary>The image of the MinZ version, for listings.</summary>
    public static Image Compile(Z80Kernel kernel, bool optimize, bool checkBounds)
    {
        var module = ModuleOf(kernel, optimize);
        var program = Z80Target.Compile(module, new EmitOptions(kernel.Name, optimize, checkBounds), Origin);
        return program.Image
            ?? throw new InvalidDataException($"{kernel.Name}: " +
                string.Join("; ", program.Messages.Select(m => m.Message)));
    }

    private static Module ModuleOf(Z80Kernel kernel, bool optimize)
    {
        var path = kernel.Source(".minz");
        var compiled = Compilation.Compile([new SourceText(File.ReadAllText(path), Path.GetFileName(path))],
            new CompilationOptions { ModuleName = kernel.Name, IsLibrary = true });
        if (compiled.Module is not { } module)
            throw new InvalidDataException($"{kernel.Name}: " + string.Join("; ", compiled.Diagnostics));
        if (optimize)
            Pipeline.Run(module, Pipeline.HighLevel.AsSpan());
        return module;
    }

    /// <summary>The MinZ version in MIR as the back end gets it, lowered and optimised.</summary>
    public static string LoweredText(Z80Kernel kernel)
    {
        var module = ModuleOf(kernel, optimize: true);
        FlatMemory.Lower(module, DataLayout.Z80);
        Pipeline.Run(module, Pipeline.Lowered.AsSpan());
        return MirWriter.Write(module);
    }

    private static Z80BenchCode Code(Image image)
    {
        // Tables of the runtime count; arrays of the program are zero and lie behind the image. The start-up code of a
        // library is a single RET.
        var size = image.Items.Sum(i => i.Size) - 1;
        return new Z80BenchCode(MemoryOf(image), size, name => Find(image, name), WordRegister.HL);
    }

    private static byte[] MemoryOf(Image image)
    {
        var memory = new byte[AddressSpace];
        image.Bytes.CopyTo(memory, image.Origin);
        return memory;
    }

    // A name that means something else in assembly has an underscore before it.
    private static int? Find(Image image, string name) =>
        image.TryGetValue(name, out var value) || image.TryGetValue("_" + name, out value) ? value : null;

    /// <summary>Whether <c>sdcc</c> can be started.</summary>
    public static bool HasSdcc { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "sdcc")));

    /// <summary>Compiles the C version.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="options">Options of optimisation.</param>
    /// <param name="folder">Where files may be written.</param>
    public static Z80BenchCode Sdcc(Z80Kernel kernel, ImmutableArray<string> options, string folder)
    {
        var output = Path.Combine(folder, kernel.Name);
        var start = new ProcessStartInfo("sdcc",
            ["-mz80", .. options, "--no-std-crt0", "--code-loc", "0x8000", "--data-loc", "0xC000",
             "-o", output + ".ihx", kernel.Source(".c")])
        {
            RedirectStandardError = true, WorkingDirectory = folder,
        };
        using var process = Process.Start(start)!;
        var messages = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidDataException($"sdcc {kernel.Name}: {messages}");
        var memory = new byte[AddressSpace];
        var size = ReadHex(output + ".ihx", memory);
        var symbols = File.ReadLines(output + ".noi").Select(line => line.Split(' ')).Where(w => w is ["DEF", _, _])
            .ToDictionary(
                w => w[1], w => int.Parse(w[2].AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        return new Z80BenchCode(memory, size, n => symbols.TryGetValue("_" + n, out var v) ? v : null, WordRegister.DE);
    }

    /// <summary>Reads Intel hex; the number of bytes.</summary>
    private static int ReadHex(string path, byte[] memory)
    {
        var size = 0;
        foreach (var line in File.ReadLines(path))
        {
            var record = Convert.FromHexString(line.AsSpan(1));
            if (record[3] != 0)
                continue;
            record.AsSpan(4, record[0]).CopyTo(memory.AsSpan(record[1] << 8 | record[2]));
            size += record[0];
        }
        return size;
    }
}
