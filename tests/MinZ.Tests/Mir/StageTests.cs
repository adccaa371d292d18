using MinZ.Mir;
using MinZ.Mir.Bytecode;
using MinZ.Mir.Lowering;
using MinZ.Mir.Passes;
using MinZ.Mir.Text;
using Xunit;

namespace MinZ.Tests.Mir;

/// <summary>A module is sound, and its text and bytes read back equal, after every pass and lowering.</summary>
public class StageTests
{
    public static IEnumerable<TheoryDataRow<string>> Files() =>
        MirFiles.In("text").Concat(MirFiles.In("passes")).Where(f => f != "text/lowered.mir").Select(f => new TheoryDataRow<string>(f));

    private sealed class Check : IPassObserver
    {
        public void Before(Pass pass, Module module)
        {
        }

        public void After(Pass pass, Module module) => Sound(module, pass.Name);
    }

    private static void Sound(Module module, string stage)
    {
        var errors = Verifier.Verify(module);
        Assert.True(errors.Count == 0, $"after {stage}:\n{string.Join("\n", errors)}\n{MirWriter.Write(module)}");
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
    public void EveryStageIsSound(string file)
    {
        var module = MirReader.Read(MirFiles.Read(file), path: file).Module!;
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
