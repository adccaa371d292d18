using MinZ.Mir;
using MinZ.Mir.Bytecode;
using MinZ.Mir.Text;
using Xunit;

namespace MinZ.Tests.Mir;

public class MirbTests
{
    private static readonly MirWriterOptions Located = new(WithLocations: true);
    private static readonly MirbWriterOptions Stripped = new(WithDebug: false);

    public static IEnumerable<TheoryDataRow<string>> Files() =>
        MirFiles.In("text").Concat(MirFiles.In("passes")).Select(f => new TheoryDataRow<string>(f));

    private static Module Load(string file)
    {
        var module = MirReader.Read(MirFiles.Read(file)).Module!;
        foreach (var f in module.Functions.Where(f => !f.IsExtern))
        {
            // Code that nothing reaches is not written.
            var cfg = new Cfg(f);
            f.Blocks.RemoveAll(b => !cfg.IsReachable(b));
        }
        return module;
    }

    private static Module Read(byte[] bytes)
    {
        var result = MirbReader.Read(bytes);
        Assert.True(result.Errors.IsEmpty, string.Join("\n", result.Errors));
        return result.Module!;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void BytesReadBackEqual(string file)
    {
        var module = Load(file);
        var bytes = MirbWriter.Write(module);
        Assert.Equal(MirWriter.Write(module, Located).Split('\n'), MirWriter.Write(Read(bytes), Located).Split('\n'));
        Assert.Equal(bytes, MirbWriter.Write(Read(bytes)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void WithoutDebugSectionOnlyNamesAreLost(string file)
    {
        var module = Load(file);
        var bytes = MirbWriter.Write(module, Stripped);
        var copy = Read(bytes);
        Assert.Equal(bytes, MirbWriter.Write(copy, Stripped));
        Assert.Equal(Nameless(module), Nameless(copy));
    }

    private static string[] Nameless(Module source)
    {
        var module = source.Clone();
        foreach (var f in module.Functions)
        {
            f.Parameters = [.. f.Parameters.Select(p => p with { Name = "" })];
            for (var n = 0; n < f.Locals.Count; n++)
                f.Locals[n].Name = "s" + n;
            for (var n = 0; n < f.Blocks.Count; n++)
                f.Blocks[n].Name = "b" + n;
            for (var v = 1; v < f.ValueLimit; v++)
                f[new Value(v)].Name = null;
        }
        return MirWriter.Write(module).Split('\n');
    }

    [Fact]
    public void HelloWorldIsSmall()
    {
        var module = MirReader.Read("""
            module hello
            func main() {
                %1 = const.str "Hello, World!"
                call @print, %1
                ret
            }
            """).Module!;
        Assert.InRange(MirbWriter.Write(module, Stripped).Length, 1, 119);
        Assert.Equal(Mirb.HashOf(MirbWriter.Write(module, Stripped)),
            Mirb.HashOf(MirbWriter.Write(module.Clone(), Stripped)));
    }

    /// <summary>A value used once in stack order takes no local: a*b+c is five opcodes.</summary>
    [Fact]
    public void ExpressionsStayOnTheStack()
    {
        var module = MirReader.Read("""
            func f(u8 %a, u8 %b, u8 %c) -> u8 {
                %1 = mul.u8 %a, %b
                %2 = add.u8 %1, %c
                %3 = sub.u8 9, %2
                %4 = mul.u8 %3, %3
                ret %4
            }
            """).Module!;
        byte[] code =
        [
            0, 1, 0, Code_Get(0), Code_Get(1), (byte)Op.Mul, Code_Get(2), (byte)Op.Add, 0x8B, 9, 0x87, (byte)Op.Sub,
                0x86,
            (byte)Op.Mul, (byte)Op.Ret, 1,
        ];
        Assert.Equal(code, MirbWriter.Write(module, Stripped)[^code.Length..]);
    }

    private static byte Code_Get(int n) => (byte)(0xC0 + n);

    [Fact]
    public void DamagedBytesAreAnError()
    {
        var bytes = MirbWriter.Write(Load("text/canonical.mir"));
        for (var length = 0; length < bytes.Length; length++)
            Assert.NotEmpty(MirbReader.Read(bytes.AsMemory(0, length)).Errors);
        var random = MirFiles.Random;
        for (var at = 0; at < bytes.Length; at++)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= (byte)(1 << random.Next(8));
            // The minor version and unknown flags are the only bytes no check covers.
            if (at is not (5 or 6))
                Assert.NotEmpty(MirbReader.Read(damaged).Errors);
        }
        for (var round = 0; round < MirFiles.Rounds(500); round++)
        {
            var noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            Assert.NotEmpty(MirbReader.Read(noise).Errors);
        }
    }

    /// <summary>Damage with the right hash: the answer is errors or a sound module, at little cost.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void SealedDamageIsAnErrorOrSound(string file)
    {
        var bytes = MirbWriter.Write(Load(file));
        var random = MirFiles.Random;
        for (var round = 0; round < MirFiles.Rounds(300); round++)
        {
            var damaged = bytes.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                var at = random.Next(Mirb.HeaderLength, damaged.Length);
                damaged[at] = random.Next(3) switch
                {
                    0 => (byte)random.Next(256),
                    1 => (byte)(damaged[at] + random.Next(-2, 3)),
                    _ => 0xFF,
                };
            }
            if (random.Next(4) == 0)
                damaged = damaged[..random.Next(Mirb.HeaderLength, damaged.Length)];
            Mirb.Seal(damaged);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var read = MirbReader.Read(damaged);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
            if (read.Module is { } module)
            {
                MirWriter.Write(module);
                MirbReader.Read(MirbWriter.Write(module));
            }
            else
                Assert.NotEmpty(read.Errors);
        }
    }
}
