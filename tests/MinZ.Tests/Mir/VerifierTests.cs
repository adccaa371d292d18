using MinZ.Mir;
using MinZ.Mir.Text;
using Xunit;

namespace MinZ.Tests.Mir;

public class VerifierTests
{
    private const string Mark = "; error: ";

    public static IEnumerable<TheoryDataRow<string>> Files() =>
        MirFiles.In("verify").Select(f => new TheoryDataRow<string>(f));

    /// <summary>Each <c>; error: text</c> asks for an error on its line whose message holds the text; no others may
    /// be.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void ErrorsAreTheExpectedOnes(string file)
    {
        var text = MirFiles.Read(file);
        var read = MirReader.Read(text, path: file);
        Assert.True(read.Errors.IsEmpty, string.Join("\n", read.Errors));
        var found = Verifier.Verify(read.Module!).ToList();
        var lines = text.Split('\n');
        for (var line = 0; line < lines.Length; line++)
            foreach (var expected in lines[line].Split(Mark).Skip(1).Select(e => e.Trim()))
            {
                var match = found.FirstOrDefault(e => e.Message.Contains(expected, StringComparison.Ordinal) &&
                    (e.Location.Line == line + 1 || !e.Location.IsKnown));
                Assert.True(match is not null, $"{file}:{line + 1}: no error says \"{expected}\"; there are\n" +
                    Show(found));
                found.Remove(match);
            }
        Assert.True(found.Count == 0, $"{file}: errors nobody expects\n" + Show(found));
    }

    private static string Show(IEnumerable<MirError> errors) =>
        string.Join("\n", errors.Select(e => $"{e.Location.Line}:{e.Location.Column} {e}"));

    [Theory]
    [MemberData(nameof(TextTests.Files), MemberType = typeof(TextTests))]
    public void SamplesAreSound(string file)
    {
        var read = MirReader.Read(MirFiles.Read(file), path: file);
        foreach (var module in new[] { read.Module!, read.Module!.Clone() })
            Assert.True(Verifier.Verify(module) is { Count: 0 }, Show(Verifier.Verify(module)));
    }

    [Fact]
    public void OpsThatATargetLacksAreReported()
    {
        var module = MirReader.Read("func f(u8 %x) -> u8 {\n  %y = mul %x, 3\n  ret %y\n}\n").Module!;
        Assert.Empty(Verifier.Verify(module, new VerifierOptions(new HashSet<Op> { Op.Mul, Op.Ret })));
        var error = Assert.Single(Verifier.Verify(module, new VerifierOptions(new HashSet<Op> { Op.Add, Op.Ret })));
        Assert.Equal(MirCodes.IllegalOp, error.Code);
        Assert.Contains("function 'f', block '.entry', instruction 1 'mul'", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Whatever a pass may do wrong to a function is an error, never an exception.</summary>
    [Fact]
    public void BrokenFunctionsAreErrors()
    {
        var random = MirFiles.Random;
        var sources = TextTests.Files().Select(f => MirReader.Read(MirFiles.Read(f.Data)).Module!).ToArray();
        for (var round = 0; round < MirFiles.Rounds(500); round++)
        {
            var module = sources[round % sources.Length].Clone();
            var function = module.Functions[random.Next(module.Functions.Count)];
            if (function.IsExtern)
                continue;
            Break(function, random);
            var errors = Verifier.Verify(module);
            Assert.NotEmpty(MirWriter.Write(module));
            Assert.All(errors, e => Assert.InRange(e.Code, 1300, 1330));
        }
    }

    private static void Break(Function f, Random random)
    {
        var block = f.Blocks[random.Next(f.Blocks.Count)];
        var id = block.Instructions.Count == 0 ? 0 : block.Instructions[random.Next(block.Instructions.Count)];
        var other = random.Next(f.InstructionLimit);
        switch (random.Next(9))
        {
            case 0: block.Instructions.Remove(id); break;
            case 1: f[id].Op = (Op)random.Next(Ops.All.Length + 2); break;
            case 2: f[id].Payload = random.Next(3) == 0 ? null : f[other].Payload; break;
            case 3: f[id].Bits = random.NextInt64(-3, 70000); break;
            case 4: f[id].Type = f[other].Type; break;
            case 5: f.SetOperands(id, f.Operands(other).ToArray()); break;
            case 6: f[id].Result = new Value(random.Next(f.ValueLimit + 3)); break;
            case 7:
                foreach (ref var v in f.MutableOperands(id))
                    v = new Value(random.Next(-1, f.ValueLimit + 3));
                break;
            default: f.Blocks.Remove(block); break;
        }
    }
}
