using MinZ.Mir;
using MinZ.Mir.Text;
using Xunit;

namespace MinZ.Tests.Mir;

public class CloneTests
{
    [Theory]
    [MemberData(nameof(TextTests.Files), MemberType = typeof(TextTests))]
    public void CloneIsEqualAndSharesNothing(string file)
    {
        var options = new MirWriterOptions(WithLocations: true);
        var module = MirReader.Read(MirFiles.Read(file)).Module!;
        var text = MirWriter.Write(module, options);
        var clone = module.Clone();
        Assert.Equal(text, MirWriter.Write(clone, options));

        foreach (var function in clone.Functions)
        {
            foreach (var block in function.Blocks)
                block.Instructions.Clear();
            foreach (var local in function.Locals)
                local.Name += "x";
            function.Parameters = [];
            function.Result = MirType.Void;
        }
        foreach (var global in clone.Globals)
            global.Initial = new ConstantValue.Zero();
        foreach (var type in clone.Types)
        {
            type.TypeParameters = [];
            if (type is StructType s)
                s.Fields = [];
            if (type is ActorType a)
                a.Messages = [];
        }
        clone.Implementations.Clear();
        clone.Files.Clear();
        Assert.Equal(text, MirWriter.Write(module, options));
    }
}
