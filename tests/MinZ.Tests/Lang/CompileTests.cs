using MinZ.Mir;
using MinZ.Mir.Text;
using Xunit;

namespace MinZ.Tests.Lang;

/// <summary>Every program of <c>tests/lang</c> compiles to sound MIR, or has exactly the errors it names.</summary>
public sealed class CompileTests
{
    public static TheoryData<string> Names => [.. LangFile.All.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Compiles(string name)
    {
        var file = LangFile.All.Single(f => f.Name == name);
        var result = file.Compile();
        var errors = result.Diagnostics.Where(d => d.IsError);
        Assert.Equal(file.ExpectedErrors.Order(),
            errors.Select(d => $"{d.Where!.Value.Start.Line}: {d.Code.Id}").Order());
        if (file.ExpectedErrors.Count > 0)
            return;
        var module = result.Module!;
        Assert.Empty(Verifier.Verify(module));
        var text = MirWriter.Write(module);
        var read = MirReader.Read(text);
        Assert.Empty(read.Errors);
        Assert.Equal(text, MirWriter.Write(read.Module!));
    }
}
