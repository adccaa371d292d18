using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using MinZ.Backends;
using MinZ.Mir;
using MinZ.Mir.Passes;
using MinZ.Mir.Text;
using Xunit;
using Module = MinZ.Mir.Module;

namespace MinZ.Tests.Clr;

/// <summary>An emitted assembly, loaded into this process until disposed.</summary>
internal sealed class ClrProgram : IDisposable
{
    private readonly AssemblyLoadContext _context = new("clr test", isCollectible: true);

    public ClrProgram(Module module)
    {
        Result = Targets.Find("clr")!.Emit(module, new EmitOptions(module.Name));
        Assert.True(Result.Success, string.Join("\n", Result.Messages));
        Assembly = _context.LoadFromStream(new MemoryStream([.. File(".dll")]), new MemoryStream([.. File(".pdb")]));
        Class = Assembly.GetType(module.Name, throwOnError: true)!;
    }

    /// <summary>Reads MIR text, emits and loads it.</summary>
    public static ClrProgram Of(string text, bool optimize = true)
    {
        var read = MirReader.Read(text);
        Assert.True(read.Module is not null, string.Join("\n", read.Errors));
        if (optimize)
            Pipeline.Run(read.Module!, Pipeline.HighLevel.AsSpan());
        return new ClrProgram(read.Module!);
    }

    public EmitResult Result { get; }
    public Assembly Assembly { get; }
    /// <summary>The module's class.</summary>
    public Type Class { get; }

    public byte[] File(string extension) => [.. Result.Files.Single(f => f.Extension == extension).Bytes];

    /// <summary>Calls a function; exceptions of the program come out as they are.</summary>
    public object? Call(string name, params object?[] arguments) => Class
        .GetMethod(name.Replace('.', '_'), BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!
        .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    /// <summary>What a function prints.</summary>
    public string Output(string name, params object?[] arguments)
    {
        var output = Assembly.GetType("MinZ.Runtime.Host", true)!.GetProperty("Output")!;
        var stream = new MemoryStream();
        output.SetValue(null, stream);
        Call(name, arguments);
        return Encoding.Latin1.GetString(stream.ToArray());
    }

    /// <summary>The trap a function stops with, "Code: message".</summary>
    public string Trap(string name, params object?[] arguments)
    {
        var traps = Assembly.GetType("MinZ.Runtime.Traps", true)!;
        var e = Assert.ThrowsAny<Exception>(() => Call(name, arguments));
        var code = traps.GetMethod("CodeOf")!.Invoke(null, [e]);
        Assert.True(code is not null, e.ToString());
        return $"{code}: {traps.GetMethod("MessageOf")!.Invoke(null, [e])}";
    }

    /// <summary>
    /// Runs <c>main</c>: what it prints, the trap it stops with as "Code: message", else the exit code.
    /// </summary>
    public (string Output, string? Trap, int ExitCode) Run()
    {
        var output = new MemoryStream();
        Assembly.GetType("MinZ.Runtime.Host", true)!.GetProperty("Output")!.SetValue(null, output);
        string? trap = null;
        var exitCode = 0;
        try
        {
            exitCode = (int)Call("$run")!;
        }
        catch (Exception e)
        {
            var traps = Assembly.GetType("MinZ.Runtime.Traps", true)!;
            if (e.GetType().Name == "ExitException")
                exitCode = (int)e.GetType().GetProperty("ExitCode")!.GetValue(e)!;
            else if (traps.GetMethod("CodeOf")!.Invoke(null, [e]) is { } code)
                trap = $"{code}: {traps.GetMethod("MessageOf")!.Invoke(null, [e])}";
            else
                throw;
        }
        return (Encoding.UTF8.GetString(output.ToArray()), trap, exitCode);
    }

    public void Dispose() => _context.Unload();

    /// <summary>The object a numeric value is for reflection.</summary>
    public static object Box(MirType type, long bits) => type.Kind switch
    {
        TypeKind.Bool => bits != 0,
        TypeKind.U8 => (byte)bits,
        TypeKind.I8 => (sbyte)bits,
        TypeKind.U16 => (ushort)bits,
        TypeKind.I16 => (short)bits,
        TypeKind.U24 or TypeKind.U32 => (uint)bits,
        TypeKind.I24 or TypeKind.I32 => (int)bits,
        TypeKind.U64 => (ulong)bits,
        TypeKind.I64 => bits,
        TypeKind.F32 => BitConverter.UInt32BitsToSingle((uint)bits),
        TypeKind.F64 => BitConverter.Int64BitsToDouble(bits),
        TypeKind.Fixed => Box(type.IsSigned ? MirType.SignedOf(type.Bits) : MirType.Unsigned(type.Bits), bits),
        _ => throw new ArgumentException($"{type} is no number"),
    };

    /// <summary>Canonical bits of what reflection returned.</summary>
    public static long Bits(object value) => value switch
    {
        bool b => b ? 1 : 0,
        ulong u => (long)u,
        float f => BitConverter.SingleToUInt32Bits(f),
        double d => BitConverter.DoubleToInt64Bits(d),
        _ => Convert.ToInt64(value),
    };
}
