using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using MinZ.Backends;
using MinZ.Mir.Passes;
using MinZ.Tests.Fuzz;
using MinZ.Tests.Lang;
using Xunit;
using Module = MinZ.Mir.Module;

namespace MinZ.Tests.Clr;

/// <summary>
/// The emitted IL is type safe in the judgement of Mono's verifier; the .NET runtime itself does not check it.
/// </summary>
public class ClrVerifierTests
{
    /// <summary>
    /// Programs about data, which IL can get wrong most easily; <c>MINZ_VERIFY=all</c> takes every one.
    /// </summary>
    public static TheoryData<string> Names =>
    [
        .. LangFile.All.Where(f => f.RunsOn("clr") &&
            (Environment.GetEnvironmentVariable("MINZ_VERIFY") == "all" || f.Name.StartsWith("arrays/") ||
             f.Name.StartsWith("structs/") || f.Name.StartsWith("enums/") || f.Name.StartsWith("pointers/")))
            .Select(f => f.Name),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void LanguageProgramsVerify(string name)
    {
        var module = LangFile.All.Single(f => f.Name == name).Compile().Module!;
        Verify(module);
        Pipeline.Run(module, Pipeline.HighLevel.AsSpan());
        Verify(module);
    }

    [Fact]
    public void RandomProgramsVerify()
    {
        for (var seed = 5000; seed < 5003; seed++)
        {
            var module = DifferentialTests.Compile(seed, new ProgramGenerator(seed).Write());
            Pipeline.Run(module, Pipeline.HighLevel.AsSpan());
            Verify(module);
        }
    }

    private static void Verify(Module module)
    {
        var verifier = ExternalTool.Require("peverify");
        var result = Targets.Find("clr")!.Emit(module, new EmitOptions("program"));
        using var folder = new TemporaryFolder();
        var path = folder.Write("program.dll", ForMono([.. result.Files[0].Bytes]));
        var run = verifier.Run([path]);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
    }

    /// <summary>
    /// The same assembly with its references to the .NET assemblies turned into references to mscorlib, the only one
    /// Mono has without more packages. Only reference rows, one name and the key token change.
    /// </summary>
    private static byte[] ForMono(byte[] image)
    {
        using var file = new PEReader([.. image]);
        var reader = file.GetMetadataReader();
        var start = file.PEHeaders.MetadataStartOffset;
        var first = reader.GetAssemblyReference(reader.AssemblyReferences.First());
        Assert.Equal("System.Runtime", reader.GetString(first.Name));
        "mscorlib\0"u8.CopyTo(image.AsSpan(start + reader.GetHeapMetadataOffset(HeapIndex.String) +
            MetadataTokens.GetHeapOffset(first.Name)));
        byte[] token = [0xB7, 0x7A, 0x5C, 0x56, 0x19, 0x34, 0xE0, 0x89];
        token.CopyTo(image, start + reader.GetHeapMetadataOffset(HeapIndex.Blob) +
            MetadataTokens.GetHeapOffset(first.PublicKeyOrToken) + 1);
        var table = start + reader.GetTableMetadataOffset(TableIndex.AssemblyRef);
        var size = reader.GetTableRowSize(TableIndex.AssemblyRef);
        for (var row = 0; row < reader.GetTableRowCount(TableIndex.AssemblyRef); row++)
        {
            // Version, then flags, key and name as in the first row, whose key and name are what was just overwritten.
            image.AsSpan(table + 8, size - 8).CopyTo(image.AsSpan(table + row * size + 8));
            BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(table + row * size), 4);
        }
        return image;
    }
}
