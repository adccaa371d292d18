using MinZ.Mir;
using MinZ.Mir.Bytecode;
using MinZ.Mir.Lowering;
using MinZ.Mir.Passes;
using MinZ.Mir.Text;
using MinZ.Tests.Lang;
using Xunit;

namespace MinZ.Tests.Mir;

/// <summary>A module is sound, and its text and bytes read back equal, after every pass and lowering.</summary>
public class StageTests
{
    public static IEnumerable<TheoryDataRow<string>> Files() =>
        MirFiles.In("text").Concat(MirFiles.In("passes")).Where(f => f != "text/lowered.mir").Select(f =>
            new TheoryDataRow<string>(f));

    private sealed class Check : IPassObserver
    {
        public void Before(Pass pass, Module module)
        {
        }

        public void After(Pass pass, Module module) => Verified(module, pass.Name);
    }

    private static void Verified(Module module, string stage)
    {
        var errors = Verifier.Verify(module);
        Assert.True(errors.Count == 0, $"after {stage}:\n{string.Join("\n", errors)}\n{MirWriter.Write(module)}");
    }

    private static void Sound(Module module, string stage)
    {
        Verified(module, stage);
        var text = MirWriter.Write(module);
        var read = MirReader.Read(text);
        Assert.True(read.Errors.IsEmpty, $"after {stage}:\n{string.Join("\n", read.Errors)}\n{text}");
        Assert.Equal(text, MirWriter.Write(read.Module!));
        Assert.Empty(Verifier.Verify(read.Module!));
        var bytes = MirbWriter.Write(module);
        var loaded = MirbReader.Read(bytes);
        Assert.True(loaded.Errors.IsEmpty, $"after {stage}:\n{string.Join("\n", loaded.Errors)}\n{text}");
        Assert.Equal(bytes, MirbWriter.Write(loaded.Module!));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryStageIsSound(string file) => Staged(MirReader.Read(MirFiles.Read(file), path: file).Module!);

    public static IEnumerable<TheoryDataRow<string>> Programs() =>
        LangFile.All.Where(f => f.ExpectedErrors.Count == 0).Select(f => new TheoryDataRow<string>(f.Name));

    [Theory]
    [MemberData(nameof(Programs))]
    public void EveryStageOfAProgramIsSound(string name) =>
        Staged(LangFile.All.Single(f => f.Name == name).Compile().Module!);

    private static void Staged(Module module)
    {
        Sound(module, "reading");
        Pipeline.Run(module, Pipeline.HighLevel.AsSpan(), new Check());
        Sound(module, "optimising");
        if (module.Functions.Any(f => f.TypeParameters.Length > 0))
            return;
        foreach (var layout in new[] { DataLayout.Z80, DataLayout.Flat32 })
        {
            var flat = module.Clone();
            if (FlatMemory.Lower(flat, layout).Count > 0)
                continue;
            Sound(flat, "lowering");
            Pipeline.Run(flat, Pipeline.Lowered.AsSpan(), new Check());
            Sound(flat, "optimising what was lowered");
        }
    }
}
